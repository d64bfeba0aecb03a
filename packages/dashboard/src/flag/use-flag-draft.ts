import type { FlagView } from '@tidegate/protocol/types';
import { useState } from 'react';
import { type DraftEdit, draftOf, edited, type FlagDraft, inOrder, isSame } from './flag-draft.ts';
import { rebase } from './rebase.ts';

/** Edits that gather on top of what was read, until they are saved or discarded. */
export interface FlagEdits {
  /** What the edits began from. */
  readonly base: FlagView;
  readonly draft: FlagDraft;
  readonly isDirty: boolean;
  /** Somebody saved another revision since: saving would be refused. */
  readonly isOvertaken: boolean;
  /** Settings that both changed, when mine were put on top of theirs. */
  readonly contested: readonly string[];
  /** Grows when edits are thrown away: fields with what is not finished begin anew. */
  readonly round: number;
  edit(edit: DraftEdit): void;
  replace(draft: FlagDraft): void;
  discard(): void;
  keepMine(): void;
  saved(flag: FlagView): void;
}

export function useFlagDraft(flag: FlagView, isUnfinished: boolean): FlagEdits {
  const [{ base, draft, contested, round }, setState] = useState(() => begin(flag, 0));
  const isDirty = isUnfinished || !isSame(draft, draftOf(base));
  // What others change is taken over as it comes, unless it would go under what is typed here.
  if (flag.revision > base.revision && !isDirty) setState(begin(flag, round));
  return {
    base,
    draft,
    contested,
    round,
    isDirty,
    isOvertaken: flag.revision > base.revision,
    edit: (edit) => setState((now) => ({ ...now, draft: edited(now.draft, edit) })),
    replace: (next) => setState((now) => ({ ...now, draft: inOrder(next) })),
    discard: () => setState((now) => begin(flag, now.round + 1)),
    keepMine: () => setState((now) => ({ ...now, ...onTopOf(flag, now) })),
    saved: (newest) => setState((now) => begin(newest, now.round)),
  };
}

interface State {
  readonly base: FlagView;
  readonly draft: FlagDraft;
  readonly contested: readonly string[];
  readonly round: number;
}

function begin(flag: FlagView, round: number): State {
  return { base: flag, draft: draftOf(flag), contested: [], round };
}

function onTopOf(flag: FlagView, { base, draft }: State): Omit<State, 'round'> {
  return { base: flag, ...rebase({ base: draftOf(base), mine: draft, theirs: draftOf(flag) }) };
}
