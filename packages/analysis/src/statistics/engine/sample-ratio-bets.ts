import { logMeanExp } from '../log-mean-exp.ts';
import { countOf } from './count-of.ts';
import { isCoin } from './is-coin.ts';
import { keptByShare } from './kept-by-share.ts';
import type { TickStratum } from './tick.ts';

/** Multipliers of the odds of treatment that an equal mixture bets on, both ways. */
const STEPS: readonly number[] = [0.005, 0.01, 0.02, 0.04, 0.08, 0.2, 0.5, 1.5];
export const SAMPLE_RATIO_ODDS: readonly number[] = [...STEPS, ...STEPS.map((step) => -step)].map(Math.exp);
const LOG_ODDS = SAMPLE_RATIO_ODDS.map(Math.log);

/**
 * Label betting on exposures instead of outcomes: under the ramp's design the arm of each new unit is a coin of its
 * stratum's share. Proven. All stages share the multipliers, so what is lost on one side adds up over the ramp.
 */
export function foldSampleRatio(logs: readonly number[], strata: readonly TickStratum[]): readonly number[] {
  const folded = logs.slice();
  for (const { treatmentShare, units } of strata) {
    const treatment = countOf(units.treatment);
    const total = countOf(units.control) + treatment;
    if (total === 0 || !isCoin(treatmentShare)) continue;
    const costs = costsOfOdds(treatmentShare);
    for (let bet = 0; bet < folded.length; bet++) {
      folded[bet] = (folded[bet] ?? 0) + treatment * (LOG_ODDS[bet] ?? 0) - total * (costs[bet] ?? 0);
    }
  }
  return folded;
}

/** What each bet pays for a unit, whichever its arm. */
const costsOfOdds = keptByShare((share) => SAMPLE_RATIO_ODDS.map((odds) => Math.log1p(share * (odds - 1))));

/** ln of the e-value against "the arms have the sizes that were designed". */
export function logEvidenceOfMismatch(logs: readonly number[]): number {
  return logMeanExp(logs);
}
