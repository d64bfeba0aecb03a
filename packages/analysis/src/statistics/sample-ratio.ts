import type { SampleRatioAssessment } from './assessment.ts';
import { estimateRatio } from './estimate-ratio.ts';
import { type LabelCounts, logEvidenceOfRatios } from './label-betting.ts';

/** Multipliers of the odds of treatment that the mixture bets on, both ways. */
const ODDS_STEPS: readonly number[] = [0.005, 0.01, 0.02, 0.04, 0.08, 0.2, 0.5, 1.5];
export const ODDS_GRID: readonly number[] = [...ODDS_STEPS, ...ODDS_STEPS.map((step) => -step)].map(Math.exp);

/** A mismatch stops the ramp and calls a person, so it must hardly ever be declared by chance. */
const SAMPLE_RATIO_ALPHA = 0.001;

/**
 * Whether the arms have the sizes that the ramp designed: label betting on exposures instead of outcomes, both ways.
 * A mismatch means that units are lost or doubled on one side (treatment may crash before it reports), and that the
 * guards compare unlike groups. Each unit is one label per stratum.
 */
export function assessSampleRatio(units: readonly LabelCounts[]): SampleRatioAssessment {
  const total = units.reduce((sum, { control, treatment }) => sum + control + treatment, 0);
  const logEvidence = logEvidenceOfRatios(units, ODDS_GRID);
  const logThreshold = Math.log(1 / SAMPLE_RATIO_ALPHA);
  return {
    verdict: total === 0 ? 'no_data' : logEvidence >= logThreshold ? 'failed' : 'running',
    logEvidence,
    logThreshold,
    oddsRatio: estimateRatio(units),
  };
}
