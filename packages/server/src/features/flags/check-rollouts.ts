import { isDeepStrictEqual } from 'node:util';
import type { FlagDocument } from '@tidegate/protocol';
import { type ProblemError, problem } from '../../http/problem.ts';
import { flawAt } from './flaw-at.ts';
import { serveOf, servesOf } from './serve-of.ts';

/** An active rollout, as far as its flag is concerned. */
interface Ownership {
  readonly rolloutId: string;
  readonly rule: string;
  /** What it serves, or will: a kill must find control, also when everybody has treatment. */
  readonly variations: readonly string[];
}

export interface RolloutCheck {
  readonly next: FlagDocument;
  readonly current: FlagDocument | undefined;
  readonly owners: readonly Ownership[];
  readonly origin: 'written' | 'restored';
}

/**
 * Between start and end of a rollout its rule serves what the controller decides, and nobody else: who could change it
 * would falsify the evidence or undo a kill. For the same reason nobody else writes a serve of kind `rollout`.
 */
export function checkRollouts({ next, current, owners, origin }: RolloutCheck): ProblemError | undefined {
  for (const { rolloutId, rule } of owners) {
    if (current !== undefined && isDeepStrictEqual(serveOf(next, rule), serveOf(current, rule))) continue;
    return problem('rule-owned-by-rollout', {
      detail: `What ${rule} serves is decided by the active rollout ${rolloutId}: abort or supersede it first, or leave the rule as it is.`,
    });
  }
  const known = new Set(next.variations.map(({ key }) => key));
  for (const { rolloutId, variations } of owners) {
    const lost = variations.find((variation) => !known.has(variation));
    if (lost === undefined) continue;
    return problem('still-used', {
      detail: `The active rollout ${rolloutId} needs the variation ${lost}: abort it first.`,
    });
  }
  const owned = new Set(owners.map(({ rule }) => rule));
  const foreign = servesOf(next).find(({ serve, ruleId }) => serve.kind === 'rollout' && !owned.has(ruleId));
  if (foreign === undefined) return undefined;
  if (origin === 'restored') {
    return problem('revision-serves-rollout', {
      detail: `At that revision ${foreign.ruleId} served a rollout, which is not active now: choose a revision before or after it.`,
    });
  }
  const detail = 'only a rollout serves a rollout: start one on this rule';
  return flawAt('invalid-request', foreign.path, detail);
}
