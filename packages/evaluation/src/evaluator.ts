import type { Context, Evaluation } from './evaluation.ts';
import type { RulesChange, RulesDocuments } from './rules.ts';

/**
 * What an SDK answers from. There are two: that of servers (`Rules`, tuned for time and memory) and that of pages
 * (`page/`, tuned for bytes on the way). They give the same answers, to which conformance and a property test hold them.
 */
export interface Evaluator {
  /** See `evaluate`; may throw what a context's getter throws. */
  evaluate(flagKey: string, context: Context): Evaluation;
  /**
   * The evaluator after some changes, where that costs less than making one of all documents; this one goes on answering
   * as before.
   */
  changed?(changes: readonly RulesChange[], revision: number): Evaluator;
}

/** `nowMs` is what `$now` reads. */
export type MakeEvaluator = (documents: RulesDocuments, nowMs: () => number) => Evaluator;
