import { compile } from './compile.ts';
import { evaluate } from './evaluate.ts';
import type { Context, Evaluation } from './evaluation.ts';
import type { Evaluator, MakeEvaluator } from './evaluator.ts';
import { type Rules, type RulesChange, recompile } from './rules.ts';

/** Rules as what an SDK answers from. */
export class RulesEvaluator implements Evaluator {
  readonly rules: Rules;

  constructor(rules: Rules) {
    this.rules = rules;
  }

  evaluate(flagKey: string, context: Context): Evaluation {
    return evaluate(this.rules, flagKey, context);
  }

  changed(changes: readonly RulesChange[], revision: number): RulesEvaluator {
    return new RulesEvaluator(recompile(this.rules, changes, revision));
  }
}

export const rulesEvaluator: MakeEvaluator = (documents, nowMs) => new RulesEvaluator(compile(documents, { nowMs }));
