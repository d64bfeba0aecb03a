import type { HeldRules } from '@tidegate/sdk-core';

/** The flags that answer a page otherwise than before. It has one context, so asking tells exactly. */
export function changedAnswers(before: HeldRules, after: HeldRules): string[] {
  const keys = new Set([...before.flags, ...after.flags].map(({ key }) => key));
  return [...keys].filter((key) => answerOf(before, key) !== answerOf(after, key));
}

/** What is served and measured, neither the rule nor the revision: what leaves the answer as it was is no change. */
function answerOf({ evaluator, context = {} }: HeldRules, flagKey: string): string {
  const { value, variation, reason, errorCode, exposure } = evaluator.evaluate(flagKey, context);
  return JSON.stringify([value, variation, reason, errorCode, exposure]);
}
