import type { KeyKind } from '../../stream/gateway.ts';
import { type EnvironmentView, KEY_KINDS } from '../delivery/index.ts';

/** The last change that a kind of key may see: as far as it can tell, the revision of the environment. */
export interface VisibleChange {
  readonly revision: number;
  readonly atMs: number;
}

/**
 * A browser must not learn from a number that something changed which is none of its business. Of changes from before
 * somebody asked, nothing is known: the last of them counts as visible, and another node may name an earlier one.
 */
export class VisibleChanges {
  readonly #last = new WeakMap<EnvironmentView, Map<KeyKind, VisibleChange>>();

  last(view: EnvironmentView, keyKind: KeyKind): VisibleChange {
    const known = this.#last.get(view)?.get(keyKind);
    if (known !== undefined) return known;
    const now = newestOf(view);
    this.#last.set(view, new Map(KEY_KINDS.map((kind) => [kind, now])));
    return now;
  }

  /** The view has just taken a change in that these kinds of keys may see. */
  note(view: EnvironmentView, keyKinds: readonly KeyKind[]): void {
    const last = this.#last.get(view);
    if (last !== undefined) for (const keyKind of keyKinds) last.set(keyKind, newestOf(view));
  }
}

function newestOf({ revision, changedAtMs }: EnvironmentView): VisibleChange {
  return { revision, atMs: changedAtMs };
}
