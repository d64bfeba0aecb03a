import type { MakeEvaluator } from '@tidegate/evaluation/page';
import type { Beat, Delta, Snapshot } from '@tidegate/protocol/types';
import type { Platform } from '../platform.ts';
import { applyDelta, type HeldRules, holdSnapshot, type Origin } from './held-rules.ts';

/**
 * The one place that decides whether what came replaces what is held. Good data gives way only to newer good data:
 *
 * - another environment, or another context (the very object, browsers only): taken, revisions do not compare;
 * - a higher revision: taken; the same: nothing to do;
 * - a lower revision: kept out, because a node that lags behind by a second says the same as one whose log went back
 *   for good, and following the first would undo a kill. When nothing but lower revisions came for
 *   `LOG_WENT_BACK_AFTER_MS`, the server was restored from a backup, and the lower revision is taken.
 */
export interface RulesStore {
  held(): HeldRules | undefined;
  /** 0 when nothing is held. */
  revision(): number;
  /** Where the held rules were last confirmed: `cache` until the server has said a word about them. */
  source(): RulesSource | undefined;
  /** Whether the evaluator knows every word of what is held. */
  isUnderstood(): boolean;
  /** What is held, answered by another evaluator; any flag may answer otherwise then. */
  learn(evaluator: MakeEvaluator): RulesOutcome;
  takeCached(snapshot: Snapshot, origin: Origin): RulesOutcome;
  /** `context` is whom it was asked for; `nowMs` is monotonic. */
  takeSnapshot(snapshot: Snapshot, about: Origin & { readonly nowMs: number }): RulesOutcome;
  takeDelta(delta: Delta): RulesOutcome;
  takeBeat(beat: Pick<Beat, 'revision'>): 'same' | 'gap';
  /** The server said that the held revision is its current one. */
  confirm(): 'same';
}

export type RulesSource = 'server' | 'cache';

/**
 * `older` says no more than the rules held, and nothing changed; before a delta that is a `gap`, something is missing.
 * What threw is the error: whatever a document did to the compiler, what is held still answers.
 */
export type RulesOutcome = Taken | 'same' | 'older' | 'gap' | Error;

export interface Taken {
  /** The flags that may answer otherwise now. */
  changedFlags(): readonly string[];
}

export type ChangedBetween = (before: HeldRules, after: HeldRules) => readonly string[];

export function isTaken(outcome: RulesOutcome): outcome is Taken {
  return typeof outcome === 'object' && 'changedFlags' in outcome;
}

/** Longer than any node lags behind another, and than any lease takes to move. */
export const LOG_WENT_BACK_AFTER_MS = 60_000;

/** `changedBetween` names the flags that may answer otherwise. */
export function createRulesStore(
  { evaluator: first, epochMs }: Pick<Platform, 'evaluator' | 'epochMs'>,
  changedBetween: ChangedBetween,
): RulesStore {
  let evaluator = first;
  let held: HeldRules | undefined;
  let source: RulesSource | undefined;
  let olderSinceMs: number | undefined;

  const confirm = (): 'same' => {
    source = 'server';
    olderSinceMs = undefined;
    return 'same';
  };
  const confirmed = (outcome: RulesOutcome): RulesOutcome => {
    if (!(outcome instanceof Error)) confirm();
    return outcome;
  };
  const hasLogGoneBack = (monotonicMs: number): boolean => {
    olderSinceMs ??= monotonicMs;
    return monotonicMs - olderSinceMs >= LOG_WENT_BACK_AFTER_MS;
  };
  const replace = (before: HeldRules | undefined, hold: () => HeldRules): Taken | Error => {
    try {
      const after = hold();
      held = after;
      return { changedFlags: () => listChanged(before, after) };
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
  const listChanged = (before: HeldRules | undefined, after: HeldRules): readonly string[] => {
    try {
      if (before !== undefined) return changedBetween(before, after);
    } catch {
      // Documents that cannot be compared: any flag may answer otherwise.
    }
    return after.flags.map(({ key }) => key);
  };
  const hold = (snapshot: Snapshot, about: Origin): HeldRules =>
    holdSnapshot(snapshot, about, evaluator(snapshot, epochMs));
  return {
    held: () => held,
    revision: () => held?.revision ?? 0,
    source: () => source,
    isUnderstood: () => held?.evaluator.understands() ?? true,
    confirm,
    learn(learned) {
      const before = held;
      evaluator = learned;
      return before === undefined ? 'same' : replace(undefined, () => hold(before, before));
    },
    takeCached(snapshot, about) {
      if (held !== undefined) return 'older';
      const outcome = replace(undefined, () => hold(snapshot, about));
      if (!(outcome instanceof Error)) source = 'cache';
      return outcome;
    },
    takeSnapshot(snapshot, about) {
      if (held?.environment === snapshot.environment && held.context === about.context) {
        if (snapshot.revision === held.revision) {
          held = { ...held, etag: about.etag };
          return confirm();
        }
        if (snapshot.revision < held.revision && !hasLogGoneBack(about.nowMs)) return 'older';
      }
      return confirmed(replace(held, () => hold(snapshot, about)));
    },
    takeDelta(delta) {
      const before = held;
      if (before === undefined) return 'gap';
      if (delta.revision <= before.revision) return 'older';
      if (delta.fromRevision !== before.revision) return 'gap';
      return confirmed(replace(before, () => applyDelta(before, delta)));
    },
    takeBeat({ revision }) {
      // A beat follows every delta before it: another revision is one that was missed, or a server that lost some.
      return revision === held?.revision ? confirm() : 'gap';
    },
  };
}
