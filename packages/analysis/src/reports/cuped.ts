import { type EffectReport, effectReport, type NormalEstimate } from './effect-report.ts';

/** Sums over units of the value y and of a covariate x that was known before exposure, as the same value last week. */
export interface CovariateSums {
  readonly units: number;
  readonly sumX: number;
  readonly sumY: number;
  readonly sumXX: number;
  readonly sumYY: number;
  readonly sumXY: number;
}

export interface CupedReport extends EffectReport {
  /** What is taken off y per unit of x: the slope within the arms, pooled. */
  readonly slope: number;
  /** Difference of the means of y alone. */
  readonly rawDifference: number;
}

/**
 * Do means differ, once what was known of the units before is taken off? Divides the variance by 1/(1 - correlation²).
 * Valid only if treatment cannot have changed x. Null with fewer than two units in an arm.
 *
 * Deng, Xu, Kohavi and Walker 2013 (CUPED). For one look at a finished stage: not valid under repeated looks.
 */
export function cuped(control: CovariateSums, treatment: CovariateSums, level: number): CupedReport | null {
  if (control.units < 2 || treatment.units < 2) return null;
  const ofControl = momentsOf(control);
  const ofTreatment = momentsOf(treatment);
  const squaresX = ofControl.squaresX + ofTreatment.squaresX;
  const slope = squaresX > 0 ? (ofControl.products + ofTreatment.products) / squaresX : 0;
  const effect = effectReport(adjusted(ofControl, slope), adjusted(ofTreatment, slope), level);
  return { ...effect, slope, rawDifference: ofTreatment.meanY - ofControl.meanY };
}

interface CovariateMoments {
  readonly units: number;
  readonly meanX: number;
  readonly meanY: number;
  /** Around the means: sums of squares of x and y, and of their products. */
  readonly squaresX: number;
  readonly squaresY: number;
  readonly products: number;
}

function momentsOf({ units, sumX, sumY, sumXX, sumYY, sumXY }: CovariateSums): CovariateMoments {
  const meanX = sumX / units;
  const meanY = sumY / units;
  return {
    units,
    meanX,
    meanY,
    squaresX: Math.max(0, sumXX - sumX * meanX),
    squaresY: Math.max(0, sumYY - sumY * meanY),
    products: sumXY - sumX * meanY,
  };
}

/** Mean of y - slope x, and the variance of that mean. */
function adjusted(of: CovariateMoments, slope: number): NormalEstimate {
  const squares = Math.max(0, of.squaresY - 2 * slope * of.products + slope * slope * of.squaresX);
  return { mean: of.meanY - slope * of.meanX, variance: squares / (of.units - 1) / of.units };
}
