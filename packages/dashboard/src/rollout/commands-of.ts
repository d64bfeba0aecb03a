import type { RolloutView } from '@tidegate/protocol/types';

export type CommandName =
  | 'start'
  | 'pause'
  | 'resume'
  | 'promote'
  | 'freeze'
  | 'unfreeze'
  | 'retry'
  | 'undo'
  | 'approve'
  | 'reject'
  | 'abort';

/** What may be said to a rollout where it stands; the server has the last word. `abort` is the kill. */
export function commandsOf({ state }: Pick<RolloutView, 'state'>): readonly CommandName[] {
  switch (state.kind) {
    case 'draft':
      return ['start', 'abort'];
    case 'scheduled':
      return [...approvals(state.holds ?? []), 'start', 'abort'];
    case 'progressing':
      return [...approvals(state.holds), 'pause', 'freeze', 'promote', 'abort'];
    case 'baking':
      return [...approvals(state.holds), 'pause', 'freeze', 'promote', 'abort'];
    case 'paused':
      return ['resume', 'abort'];
    case 'frozen':
      return ['unfreeze', 'abort'];
    case 'succeeded':
      return ['undo'];
    case 'rolledBack':
      return ['retry'];
    default:
      return [];
  }
}

export const COMMAND_WORDS: Readonly<Record<CommandName, string>> = {
  start: 'Start now',
  pause: 'Pause',
  resume: 'Resume',
  promote: 'Promote',
  freeze: 'Freeze',
  unfreeze: 'Unfreeze',
  retry: 'Try again',
  undo: 'Take it back',
  approve: 'Approve',
  reject: 'Reject',
  abort: 'Kill',
};

/** What each does, for whoever is about to. */
export const COMMAND_MEANINGS: Readonly<Record<CommandName, string>> = {
  start: 'The first stage begins as soon as nothing holds it.',
  pause: 'The share stays as it is. The guards stay armed, and harm still kills.',
  resume: 'It goes on at the stage where it was paused.',
  promote: 'The next stage begins at once, whatever holds it.',
  freeze: 'The share stays as it is until somebody unfreezes it. The guards stay armed.',
  unfreeze: 'It goes on at the frozen stage; after harm that was shown, at your own risk.',
  retry: 'It begins again at the first stage, with new evidence and less of alpha to spend.',
  undo: 'Control is served to everyone again, at once.',
  approve: 'Your yes is counted for the stage that asks for it.',
  reject: 'It is rolled back.',
  abort: 'Control is served to everyone again, at once and for good. Nothing automatic raises it again.',
};

/** One key press each, asked once more: what one needs in a hurry. */
export const COMMAND_KEYS: Readonly<Partial<Record<CommandName, string>>> = {
  pause: 'p',
  resume: 'p',
  promote: 'n',
  abort: 'k',
};

/** These only ever lower exposure, or keep it. */
export const LOWERING: ReadonlySet<CommandName> = new Set<CommandName>(['abort', 'reject', 'undo']);

function approvals(holds: readonly { readonly reason: string; readonly releasedBy: string }[]): readonly CommandName[] {
  return holds.some(({ reason, releasedBy }) => reason === 'approval' || releasedBy === 'approval')
    ? ['approve', 'reject']
    : [];
}
