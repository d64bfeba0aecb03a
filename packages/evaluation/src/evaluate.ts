import { asContext } from './attribute.ts';
import type { Context, Evaluation } from './evaluation.ts';
import { runOf } from './link.ts';
import { flagNotFound } from './outcome.ts';
import type { Rules } from './rules.ts';

/** The answer of one flag for one context. Never throws, whatever the documents and the context are. */
export function evaluate(rules: Rules, flagKey: string, context: Context): Evaluation {
  const entry = rules.flags.get(flagKey);
  return entry === undefined ? flagNotFound(flagKey) : runOf(rules, entry)(asContext(context));
}

/** The answers of all flags, by key. Cheaper than one by one: the unit is hashed once. */
export function evaluateAll(rules: Rules, context: Context): Map<string, Evaluation> {
  const attributes = asContext(context);
  const evaluations = new Map<string, Evaluation>();
  for (const [key, entry] of rules.flags) evaluations.set(key, runOf(rules, entry)(attributes));
  return evaluations;
}
