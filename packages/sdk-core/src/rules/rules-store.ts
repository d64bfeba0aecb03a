import { byKey, type Evaluator } from '@tidegate/evaluation/page';
import type { Beat, Delta, DeltaChange, Snapshot } from '@tidegate/protocol/types';
import type { Platform } from '../platform.ts';
import { unitPathsOf as unitPathsOfFlags } from './unit-paths.ts';

/**
 * The one place that decides whether what came replaces what is held. Good data gives way only to newer good data:
 *
 * - another environment: taken, revisions do not compare;
 * - a higher revision: taken; the same: nothing to do;
 * - a lower revision: kept out, because a node that lags behind by a second says the same as one whose log went back
 *   for good, and following the first would undo a kill. When nothing but lower revisions came for
 *   `LOG_WENT_BACK_AFTER_MS`, the server was restored from a backup, and the lower revision is taken.
 *
 * Whatever a document does to the compiler is thrown, and what is held still answers.
 */
export interface RulesStore {
  held(): HeldRules | undefined;
  /** 0 when nothing is held. */
  revision(): number;
  /** Where the held rules were last confirmed: where the first ones came from until the server has said a word. */
  source(): RulesSource | undefined;
  /** What the cache has: as good as nothing as soon as the server has said a word, unless it is the same. */
  takeFirst(snapshot: Snapshot, etag: string | undefined): RulesOutcome;
  /** `nowMs` is monotonic. */
  takeSnapshot(snapshot: Snapshot, etag: string | undefined, nowMs: number): RulesOutcome;
  takeDelta(delta: Delta): RulesOutcome;
  takeBeat(beat: Pick<Beat, 'revision'>): RulesOutcome;
  /** The server said that the held revision is its current one. */
  confirm(): 'same';
}

/** Everything that a client answers from, at one revision. Never written to: a change makes another one. */
export interface HeldRules extends Snapshot {
  /** Another one for other rules. */
  readonly evaluator: Evaluator;
  /** The attribute paths of what rollouts measure, `targetingKey` first. */
  unitPaths(): readonly string[];
  /** Of exactly this snapshot; undefined when deltas came since. */
  readonly etag: string | undefined;
}

export type RulesSource = 'server' | 'cache';

/** `older` says no more than the rules held, and nothing changed; before a delta that is a `gap`, something is missing. */
export type RulesOutcome = 'taken' | 'same' | 'older' | 'gap';

/** Longer than any node lags behind another, and than any lease takes to move. */
export const LOG_WENT_BACK_AFTER_MS = 60_000;

export function createRulesStore(platform: Pick<Platform, 'evaluator' | 'epochMs' | 'unitPathsOf'>): RulesStore {
  const { evaluator: makeEvaluator, epochMs, unitPathsOf = unitPathsOfFlags } = platform;
  let held: HeldRules | undefined;
  let source: RulesSource | undefined;
  let olderSinceMs: number | undefined;

  const confirm = (): 'same' => {
    source = 'server';
    olderSinceMs = undefined;
    return 'same';
  };
  const hold = (snapshot: Snapshot, etag?: string, evaluator = makeEvaluator(snapshot, epochMs)): void => {
    let unitPaths: readonly string[] | undefined;
    held = {
      ...snapshot,
      etag,
      evaluator,
      unitPaths() {
        unitPaths ??= unitPathsOf(snapshot.flags);
        return unitPaths;
      },
    };
  };
  return {
    held: () => held,
    revision: () => held?.revision ?? 0,
    source: () => source,
    confirm,
    takeFirst(snapshot, etag) {
      if (held) return 'older';
      hold(snapshot, etag);
      source = 'cache';
      return 'taken';
    },
    takeSnapshot(snapshot, etag, nowMs) {
      if (held?.environment === snapshot.environment) {
        if (snapshot.revision === held.revision) {
          held = { ...held, etag };
          return confirm();
        }
        if (snapshot.revision < held.revision) {
          olderSinceMs ??= nowMs;
          if (nowMs - olderSinceMs < LOG_WENT_BACK_AFTER_MS) return 'older';
        }
      }
      hold(snapshot, etag);
      confirm();
      return 'taken';
    },
    takeDelta({ fromRevision, revision, changes }) {
      if (held && revision <= held.revision) return 'older';
      if (fromRevision !== held?.revision) return 'gap';
      const flags = changed(held.flags, changes, 'flag');
      const segments = changed(held.segments, changes, 'segment');
      hold({ ...held, revision, flags, segments }, undefined, held.evaluator.changed?.(changes, revision));
      confirm();
      return 'taken';
    },
    takeBeat({ revision }) {
      // A beat follows every delta before it: another revision is one that was missed, or a server that lost some.
      return revision === held?.revision ? confirm() : 'gap';
    },
  };
}

function changed<D extends { readonly key: string }>(
  documents: readonly D[],
  changes: readonly DeltaChange[],
  of: DeltaChange['kind'],
): D[] {
  const after = byKey(documents);
  for (const { kind, key, document } of changes) {
    if (kind !== of) continue;
    if (document === null) after.delete(key);
    // A change of this kind carries a document of this kind.
    else after.set(key, document as unknown as D);
  }
  return [...after.values()];
}
