import type { Context, Rules } from '@tidegate/evaluation';
import type { Delta, Snapshot } from '@tidegate/protocol/types';
import { applyDelta, flagsChangedBetween, type HeldRules, holdSnapshot } from './held-rules.ts';

/**
 * The one place that decides whether what came replaces what is held. Good data gives way only to newer good data:
 *
 * - another environment, or another context (the very object, browsers only): taken, revisions do not compare;
 * - a higher revision: taken; the same: nothing to do;
 * - a lower revision: kept out, because a node that lags behind by a second says the same as one whose log went back
 *   for good, and following the first would undo a kill. When nothing but lower revisions came for
 *   `LOG_WENT_BACK_AFTER_MS`, the server was restored from a backup, and the lower revision is taken.
 */
export class RulesStore {
  #held: HeldRules | undefined;
  #source: RulesSource | undefined;
  #olderSinceMs: number | undefined;

  get held(): HeldRules | undefined {
    return this.#held;
  }

  get rules(): Rules | undefined {
    return this.#held?.rules;
  }

  /** 0 when nothing is held. */
  get revision(): number {
    return this.#held?.revision ?? 0;
  }

  /** Where the held rules were last confirmed: `cache` until the server has said a word about them. */
  get source(): RulesSource | undefined {
    return this.#source;
  }

  takeCached(snapshot: Snapshot, context: Context | undefined): SnapshotOutcome {
    return this.#held === undefined ? this.#replace(() => holdSnapshot(snapshot, context), 'cache') : { kind: 'older' };
  }

  /** `nowMs` is monotonic. */
  takeSnapshot(snapshot: Snapshot, asked: { context: Context | undefined; nowMs: number }): SnapshotOutcome {
    const held = this.#held;
    if (held?.environment === snapshot.environment && held.context === asked.context) {
      if (snapshot.revision === held.revision) {
        this.confirm();
        return { kind: 'same' };
      }
      if (snapshot.revision < held.revision && !this.#hasLogGoneBack(asked.nowMs)) return { kind: 'older' };
    }
    return this.#replace(() => holdSnapshot(snapshot, asked.context), 'server');
  }

  takeDelta(delta: Delta): DeltaOutcome {
    const held = this.#held;
    if (held === undefined) return { kind: 'gap' };
    if (delta.fromRevision === held.revision && delta.revision > held.revision) {
      return this.#replace(() => applyDelta(held, delta), 'server');
    }
    return delta.revision <= held.revision ? { kind: 'older' } : { kind: 'gap' };
  }

  /** The server said that the held revision is its current one. */
  confirm(): void {
    this.#source = 'server';
    this.#olderSinceMs = undefined;
  }

  #hasLogGoneBack(nowMs: number): boolean {
    this.#olderSinceMs ??= nowMs;
    return nowMs - this.#olderSinceMs >= LOG_WENT_BACK_AFTER_MS;
  }

  #replace(hold: () => HeldRules, source: RulesSource): Replaced {
    const before = this.#held;
    try {
      const after = hold();
      const flagKeys = before === undefined ? [...after.flags.keys()] : flagsChangedBetween(before, after);
      this.#held = after;
      if (source === 'server') this.confirm();
      else this.#source = source;
      return { kind: 'taken', flagKeys };
    } catch (error) {
      // Whatever a document did to the compiler, what is held still answers.
      return { kind: 'unusable', why: error instanceof Error ? error.message : String(error) };
    }
  }
}

export type RulesSource = 'server' | 'cache';

type Replaced =
  | { readonly kind: 'taken'; readonly flagKeys: readonly string[] }
  | { readonly kind: 'unusable'; readonly why: string };

/** `older` says no more than the rules held; nothing changed. */
export type SnapshotOutcome = Replaced | { readonly kind: 'same' } | { readonly kind: 'older' };
export type DeltaOutcome = Replaced | { readonly kind: 'older' } | { readonly kind: 'gap' };

/** Longer than any node lags behind another, and than any lease takes to move. */
export const LOG_WENT_BACK_AFTER_MS = 60_000;
