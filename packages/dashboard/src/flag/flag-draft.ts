import type { FlagView } from '@tidegate/protocol/types';

/** What an operator may change of a flag; the rest stays as it was created. */
const SETTINGS = [
  'description',
  'tags',
  'owner',
  'temporary',
  'expiresAtMs',
  'valueSchema',
  'variations',
  'offVariation',
  'prerequisites',
  'targets',
  'holdout',
  'layer',
  'rules',
  'fallthrough',
  'clientSide',
] as const satisfies readonly (keyof FlagView)[];

export type FlagDraft = Pick<FlagView, (typeof SETTINGS)[number]>;

export function draftOf(flag: FlagView): FlagDraft {
  // Every member that the flag has of those above.
  return Object.fromEntries(
    SETTINGS.filter((name) => flag[name] !== undefined).map((name) => [name, flag[name]]),
  ) as unknown as FlagDraft;
}

export function isSame(one: FlagDraft, other: FlagDraft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** An id that no rule of the flag has yet. */
export function freshRuleId(rules: FlagView['rules']): string {
  let number = rules.length + 1;
  while (rules.some(({ id }) => id === `rule-${number}`)) number += 1;
  return `rule-${number}`;
}

/** The list with one of its items moved to another place. */
export function moved<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
  const item = items[from];
  if (item === undefined || to < 0 || to >= items.length) return items;
  return items.toSpliced(from, 1).toSpliced(to, 0, item);
}
