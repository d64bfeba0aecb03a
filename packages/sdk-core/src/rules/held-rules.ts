import type { Context, Evaluator } from '@tidegate/evaluation/page';
import type { Delta, DeltaChange, Snapshot } from '@tidegate/protocol/types';
import { unitPathsOf } from './unit-paths.ts';

/** Everything that a client answers from, at one revision. Never written to: a change makes another one. */
export interface HeldRules extends Snapshot, Origin {
  readonly evaluator: Evaluator;
  /** The attribute paths of what rollouts measure, `targetingKey` first. */
  unitPaths(): readonly string[];
}

export interface Origin {
  /** Whom a browser's values were evaluated for; undefined for a server's rules, which answer for anyone. */
  readonly context: Context | undefined;
  /** Of exactly this snapshot; undefined when deltas came since. */
  readonly etag: string | undefined;
}

/** The caller has seen to it that the delta starts from the revision held. */
export function applyDelta(held: HeldRules, { revision, changes }: Delta): HeldRules {
  const snapshot = {
    ...held,
    revision,
    flags: applyChanges(held.flags, changes, 'flag'),
    segments: applyChanges(held.segments, changes, 'segment'),
  };
  return holdSnapshot(snapshot, { context: held.context, etag: undefined }, held.evaluator.changed(changes, revision));
}

export function holdSnapshot(snapshot: Snapshot, { context, etag }: Origin, evaluator: Evaluator): HeldRules {
  let unitPaths: readonly string[] | undefined;
  return {
    ...snapshot,
    context,
    etag,
    evaluator,
    unitPaths() {
      unitPaths ??= unitPathsOf(snapshot.flags);
      return unitPaths;
    },
  };
}

function applyChanges<D extends { readonly key: string }>(
  documents: readonly D[],
  changes: readonly DeltaChange[],
  kind: DeltaChange['kind'],
): D[] {
  const byKey = new Map(documents.map((document) => [document.key, document]));
  for (const change of changes) {
    if (change.kind !== kind) continue;
    if (change.document === null) byKey.delete(change.key);
    // A change of this kind carries a document of this kind.
    else byKey.set(change.key, change.document as unknown as D);
  }
  return [...byKey.values()];
}
