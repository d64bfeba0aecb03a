import type { RatioSums } from '../statistics/engine/tick.ts';
import { type EffectReport, effectReport } from './effect-report.ts';

export interface RatioReport extends EffectReport {
  /** Numerator over denominator, and the variance of that estimate. */
  readonly control: RatioEstimate;
  readonly treatment: RatioEstimate;
}

export interface RatioEstimate {
  readonly ratio: number;
  readonly variance: number;
}

/**
 * Do two ratios of sums differ, as errors per request where units have many requests? The unit is what was randomised,
 * so requests of one unit may depend on each other. Needs two units and a denominator above 0 in each arm; null
 * without. Asymptotic: dozens of units with a numerator in each arm.
 *
 * Deng, Knoblich and Lu 2018, "Applying the Delta Method in Metric Analytics". For one look at a finished stage: not
 * valid under repeated looks.
 */
export function deltaMethod(control: RatioSums, treatment: RatioSums, level: number): RatioReport | null {
  const ofControl = estimateOf(control);
  const ofTreatment = estimateOf(treatment);
  if (ofControl === null || ofTreatment === null) return null;
  const effect = effectReport(
    { mean: ofControl.ratio, variance: ofControl.variance },
    { mean: ofTreatment.ratio, variance: ofTreatment.variance },
    level,
  );
  return { ...effect, control: ofControl, treatment: ofTreatment };
}

function estimateOf({ units, sumY, sumZ, sumYY, sumZZ, sumYZ }: RatioSums): RatioEstimate | null {
  if (units < 2 || !(sumZ > 0)) return null;
  const ratio = sumY / sumZ;
  // The sum of (y - ratio z)²; these deviations add up to 0, so no mean is taken off.
  const squares = Math.max(0, sumYY - 2 * ratio * sumYZ + ratio * ratio * sumZZ);
  return { ratio, variance: (squares / (units - 1) / units) * (units / sumZ) ** 2 };
}
