import type { ScheduleView } from '@tidegate/protocol/types';
import type { Tone } from '../parts/badge.tsx';

/** What a scheduled change does, in a few words: which settings it changes, or that it switches the flag. */
export function describePatch(patch: ScheduleView['patch']): string {
  const { enabled, ...others } = patch;
  const names = Object.keys(others);
  const parts = [
    ...(enabled === undefined ? [] : [enabled === true ? 'switches it on' : 'switches it off']),
    ...(names.length === 0 ? [] : [`changes ${names.join(', ')}`]),
  ];
  return parts.join(' and ') || 'changes nothing';
}

/** What became of it. */
export function describeScheduleState({ state, revision }: Pick<ScheduleView, 'state' | 'revision'>): {
  readonly words: string;
  readonly tone: Tone;
  readonly detail?: string;
} {
  switch (state.kind) {
    case 'pending':
      return { words: 'waits', tone: 'warn' };
    case 'applied':
      return {
        words: revision === null ? 'applied: it was so already' : `applied, revision ${revision}`,
        tone: 'good',
      };
    case 'refused':
      return { words: `refused: ${state.code}`, tone: 'bad', detail: state.detail };
    case 'cancelled':
      return { words: `cancelled by ${state.by.name}`, tone: 'plain', detail: state.reason };
    default:
      throw state satisfies never;
  }
}
