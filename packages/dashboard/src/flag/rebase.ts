import { type FlagDraft, inOrder, SETTINGS } from './flag-draft.ts';

export interface Rebased {
  readonly draft: FlagDraft;
  /** What both have changed: mine stands, and says so, as somebody has to look at it. */
  readonly contested: readonly string[];
}

/**
 * My edits on top of what somebody else saved meanwhile, setting by setting: what I did not touch is as they made it.
 * `base` is what both began from.
 */
export function rebase(edits: {
  readonly base: FlagDraft;
  readonly mine: FlagDraft;
  readonly theirs: FlagDraft;
}): Rebased {
  const { base, mine, theirs } = edits;
  const isTouched = (side: FlagDraft, name: keyof FlagDraft) =>
    JSON.stringify(side[name]) !== JSON.stringify(base[name]);
  const touched = SETTINGS.filter((name) => isTouched(mine, name));
  const draft = inOrder(
    Object.fromEntries(SETTINGS.map((name) => [name, touched.includes(name) ? mine[name] : theirs[name]])),
  );
  const contested = touched.filter(
    (name) => isTouched(theirs, name) && JSON.stringify(mine[name]) !== JSON.stringify(theirs[name]),
  );
  return { draft, contested };
}
