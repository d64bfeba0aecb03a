import { logMeanExp } from '../log-mean-exp.ts';
import { countOf } from './count-of.ts';
import { isCoin } from './is-coin.ts';
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
  let folded = logs;
  for (const { treatmentShare, units } of strata) {
    const treatment = countOf(units.treatment);
    const total = countOf(units.control) + treatment;
    if (total === 0 || !isCoin(treatmentShare)) continue;
    folded = folded.map((log, index) => {
      const odds = SAMPLE_RATIO_ODDS[index] ?? 1;
      return log + treatment * (LOG_ODDS[index] ?? 0) - total * Math.log1p(treatmentShare * (odds - 1));
    });
  }
  return folded;
}

/** ln of the e-value against "the arms have the sizes that were designed". */
export function logEvidenceOfMismatch(logs: readonly number[]): number {
  return logMeanExp(logs);
}
