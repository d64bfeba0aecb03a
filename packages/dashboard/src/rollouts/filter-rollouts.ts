import type { RolloutView } from '@tidegate/protocol/types';

/** What somebody looks for in a list of rollouts. */
export interface RolloutFilter {
  readonly search: string;
  readonly state: StateFilter;
}

/** What asks for somebody, what goes by itself, what is over, and how it ended. */
export const STATE_FILTERS = ['all', 'waiting', 'running', 'succeeded', 'killed', 'other'] as const;
export type StateFilter = (typeof STATE_FILTERS)[number];

type Shown = Pick<RolloutView, 'flagKey' | 'state' | 'plan' | 'createdBy' | 'environment'>;

/** Text is looked for in the flag, the treatment, the environment, and who began it. */
export function matches(rollout: Shown, { search, state }: RolloutFilter): boolean {
  const { flagKey, plan, createdBy, environment } = rollout;
  const text = `${flagKey} ${plan.treatment} ${environment} ${createdBy.name}`.toLowerCase();
  const isFound = search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
  return isFound && (state === 'all' || groupsOf(rollout).includes(state));
}

function groupsOf(rollout: Shown): readonly StateFilter[] {
  switch (rollout.state.kind) {
    case 'succeeded':
    case 'heldBack':
      return ['succeeded'];
    case 'rolledBack':
    case 'aborting':
      return ['killed'];
    case 'scheduled':
    case 'progressing':
    case 'baking':
    case 'paused':
    case 'frozen':
      return waitsFor(rollout).some(({ isSomebody }) => isSomebody) ? ['running', 'waiting'] : ['running'];
    default:
      return ['other'];
  }
}

export interface Wait {
  /** `people: stage 2`, `gate change-record`. */
  readonly words: string;
  /** Whether it ends only when somebody does something. */
  readonly isSomebody: boolean;
}

/** Who it waits for: those who must act first, and its clock only while there is nothing else. */
export function waitsFor({ state }: Pick<RolloutView, 'state'>): readonly Wait[] {
  if (state.kind === 'paused') return [{ words: `${state.by.name}, who paused it`, isSomebody: true }];
  if (state.kind === 'frozen') return [{ words: 'a person to unfreeze it', isSomebody: true }];
  const holds = 'holds' in state ? (state.holds ?? []) : [];
  const waits = holds.map(({ reason, source, releasedBy }): Wait => {
    const named = (what: string) => (source === '' ? what : `${what} ${source}`);
    switch (releasedBy) {
      case 'approval':
        return { words: source === '' ? 'people' : `people: ${source}`, isSomebody: true };
      case 'operator':
      case 'unfreeze':
        return { words: `a person: ${named(reason)}`, isSomebody: true };
      case 'gate':
        return { words: named('gate'), isSomebody: true };
      case 'traffic':
        return { words: named('traffic adapter'), isSomebody: false };
      case 'other-rollout':
        return { words: named('its rollout in'), isSomebody: false };
      case 'sdks':
        return { words: 'SDKs to confirm', isSomebody: false };
      case 'evidence':
        return { words: named(reason), isSomebody: false };
      case 'time':
        return { words: 'its time', isSomebody: false };
      default:
        // A server may be newer than the page that a tab has open.
        return { words: named(reason), isSomebody: false };
    }
  });
  const unique = [...new Map(waits.map((wait) => [wait.words, wait])).values()];
  const beyondTime = unique.filter(({ words }) => words !== 'its time');
  const told = beyondTime.length > 0 ? beyondTime : unique;
  return told.toSorted((one, other) => Number(other.isSomebody) - Number(one.isSomebody));
}
