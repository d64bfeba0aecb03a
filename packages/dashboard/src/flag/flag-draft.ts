import type { FlagView } from '@tidegate/protocol/types';

/** What an operator may change of a flag; the rest stays as it was created. */
export const SETTINGS = [
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

/** What is to be set, and with undefined taken away. */
export type DraftEdit = { readonly [Name in keyof FlagDraft]?: FlagDraft[Name] | undefined };

export function draftOf(flag: FlagView): FlagDraft {
  return inOrder(flag);
}

export function edited(draft: FlagDraft, edit: DraftEdit): FlagDraft {
  return inOrder({ ...draft, ...edit });
}

/** The settings alone, always in one order, so that two drafts are the same when their JSON is. */
export function inOrder(settings: DraftEdit): FlagDraft {
  const members = SETTINGS.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]] as const]));
  // Whatever comes in has at least what every flag has.
  return Object.fromEntries(members) as unknown as FlagDraft;
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

/**
 * The draft with a variation called otherwise, wherever it is named. A name that another variation has renames nothing
 * but itself: it is not known then which of the two is meant.
 */
export function renamed(draft: FlagDraft, index: number, to: string): FlagDraft {
  const from = draft.variations[index]?.key;
  const variations = draft.variations.map((variation, at) => (at === index ? { ...variation, key: to } : variation));
  const others = draft.variations.filter((_, at) => at !== index).map(({ key }) => key);
  if (from === undefined || others.includes(from) || others.includes(to)) return { ...draft, variations };
  const name = (key: string) => (key === from ? to : key);
  const serve = (given: FlagDraft['fallthrough']): FlagDraft['fallthrough'] => {
    if (given.kind === 'variation') return { ...given, variation: name(given.variation) };
    if (given.kind !== 'split') return given;
    return { ...given, ranges: given.ranges.map((range) => ({ ...range, variation: name(range.variation) })) };
  };
  return {
    ...draft,
    variations,
    offVariation: name(draft.offVariation),
    targets: draft.targets.map((target) => ({ ...target, variation: name(target.variation) })),
    rules: draft.rules.map((rule) => ({ ...rule, serve: serve(rule.serve) })),
    fallthrough: serve(draft.fallthrough),
  };
}
