import type { HeldRules } from '@tidegate/sdk-core';

/** The flags that answer a page otherwise than before. It has one context, so asking tells exactly. */
export function changedAnswers(before: HeldRules, after: HeldRules): string[] {
  const keys = new Set([...before.flags, ...after.flags].map(({ key }) => key));
  return [...keys].filter((key) => answerOf(before, key) !== answerOf(after, key));
}

/** All but the revision: a change that leaves the answer as it was is none. */
function answerOf({ evaluator, context = {} }: HeldRules, flagKey: string): string {
  return JSON.stringify({ ...evaluator.evaluate(flagKey, context), revision: 0 });
}
