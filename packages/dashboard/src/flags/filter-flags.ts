import type { FlagView } from '@tidegate/protocol/types';

export type FlagState = 'all' | 'on' | 'off' | 'rollout' | 'stale';

export interface FlagFilter {
  /** Words that must all be in the key, the description, the owner or a tag. */
  readonly search: string;
  readonly tag: string;
  readonly state: FlagState;
}

type Filtered = Pick<FlagView, 'key' | 'description' | 'owner' | 'tags' | 'enabled' | 'rules' | 'fallthrough'>;

export function filterFlags<F extends Filtered>(
  flags: readonly F[],
  { search, tag, state }: FlagFilter,
  stale: ReadonlySet<string>,
): readonly F[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return flags.filter((flag) => {
    if (tag !== '' && !flag.tags.includes(tag)) return false;
    if (!hasState(flag, state, stale)) return false;
    const text = `${flag.key} ${flag.description} ${flag.owner ?? ''} ${flag.tags.join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function isRamping({ rules, fallthrough }: Pick<FlagView, 'rules' | 'fallthrough'>): boolean {
  return fallthrough.kind === 'rollout' || rules.some(({ serve }) => serve.kind === 'rollout');
}

export function tagsOf(flags: readonly Pick<FlagView, 'tags'>[]): readonly string[] {
  return [...new Set(flags.flatMap(({ tags }) => tags))].sort((one, other) => one.localeCompare(other));
}

function hasState(flag: Filtered, state: FlagState, stale: ReadonlySet<string>): boolean {
  switch (state) {
    case 'all':
      return true;
    case 'on':
      return flag.enabled;
    case 'off':
      return !flag.enabled;
    case 'rollout':
      return isRamping(flag);
    case 'stale':
      return stale.has(flag.key);
    default:
      throw state satisfies never;
  }
}
