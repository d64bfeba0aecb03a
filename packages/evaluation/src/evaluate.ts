import { answer } from './answer.ts';
import { asContext } from './attribute.ts';
import { isLinked } from './entry.ts';
import type { Context, Evaluation } from './evaluation.ts';
import { linkFlag } from './link.ts';
import { flagNotFound } from './outcome.ts';
import type { Rules } from './rules.ts';

/** The answer of one flag for one context. Never throws, whatever the documents and the context are. */
export function evaluate(rules: Rules, flagKey: string, context: Context): Evaluation {
  const entry = rules.flags.get(flagKey);
  if (entry === undefined) return flagNotFound(flagKey);
  if (!isLinked(entry)) linkFlag(rules, entry);
  return entry.fixed ?? answer(entry, asContext(context));
}

/** Tells the answers of all flags, one by one. Cheaper than asking for each: the unit is hashed once. */
export function evaluateEach(rules: Rules, context: Context, tell: (flagKey: string, evaluation: Evaluation) => void) {
  const attributes = asContext(context);
  for (const [flagKey, entry] of rules.flags) {
    if (!isLinked(entry)) linkFlag(rules, entry);
    tell(flagKey, entry.fixed ?? answer(entry, attributes));
  }
}

/** The answers of all flags, by key. */
export function evaluateAll(rules: Rules, context: Context): Map<string, Evaluation> {
  const evaluations = new Map<string, Evaluation>();
  evaluateEach(rules, context, (flagKey, evaluation) => evaluations.set(flagKey, evaluation));
  return evaluations;
}
