import { type Context, type Evaluator, type Explanation, explain, RulesEvaluator } from '@tidegate/evaluation';

/** The steps of one evaluation; undefined before the first rules, and of an evaluator that cannot tell them. */
export function explainWith(
  evaluator: Evaluator | undefined,
  flagKey: string,
  context: Context,
): Explanation | undefined {
  return evaluator instanceof RulesEvaluator ? explain(evaluator.rules, flagKey, context) : undefined;
}
