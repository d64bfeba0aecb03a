import type { ArmPair, HistogramSums } from '../engine/tick.ts';
import { distributionRadius } from './distribution-radius.ts';
import { agreeWithVerdict, type EstimatedInterval, type GuardVerdict } from './interval.ts';
import { type QuantileBand, quantileBand } from './quantile-band.ts';

export interface DistributionIntervals {
  /**
   * The largest share of observations by which treatment has more than control beyond any one value, on the harmful
   * side: 0.02 says that two in a hundred were moved across it. Above 0 exactly when harm is shown.
   */
  readonly excess: EstimatedInterval;
  /** Where the p50, the p95 and the p99 lie in each arm. */
  readonly quantiles: readonly (ArmPair<QuantileBand> & { readonly quantile: number })[];
}

const QUANTILES: readonly number[] = [0.5, 0.95, 0.99];

/**
 * By how much treatment moves a distribution, at all times: each bound fails with probability at most
 * exp(-logThreshold), ever. Exact for independent observations of one distribution per arm. Over the stages of a ramp
 * arms meet different hours, so where the metric moves by itself the bands show that too; the verdict does not.
 */
export function distributionIntervals(
  { control, treatment }: ArmPair<HistogramSums>,
  of: GuardVerdict & { readonly binCount: number },
): DistributionIntervals {
  const ofControl = listOf(control.bins, of.binCount);
  const ofTreatment = listOf(treatment.bins, of.binCount);
  const alphaOfArm = Math.exp(-of.logThreshold) / 2;
  const radius = distributionRadius(sumOf(ofControl), alphaOfArm) + distributionRadius(sumOf(ofTreatment), alphaOfArm);
  const estimate = largestExcess({ control: ofControl, treatment: ofTreatment }, of.harm);
  const raw = { low: Math.max(-1, (estimate ?? 0) - radius), high: Math.min(1, (estimate ?? 0) + radius) };
  const excess = agreeWithVerdict(raw, { harm: 'up', isHarmShown: of.isHarmShown, noHarm: 0, resolution: RESOLUTION });
  return {
    excess: { estimate, ...excess },
    quantiles: QUANTILES.map((quantile) => ({
      quantile,
      control: quantileBand(ofControl, { quantile, logThreshold: of.logThreshold }),
      treatment: quantileBand(ofTreatment, { quantile, logThreshold: of.logThreshold }),
    })),
  };
}

const RESOLUTION = 1e-6;

function listOf(bins: Readonly<Record<number, number>>, binCount: number): readonly number[] {
  return Array.from({ length: binCount }, (_, bin) => bins[bin] ?? 0);
}

/** Null while an arm has no observation. */
function largestExcess({ control, treatment }: ArmPair<readonly number[]>, harm: GuardVerdict['harm']): number | null {
  const whole = { control: sumOf(control), treatment: sumOf(treatment) };
  if (whole.control === 0 || whole.treatment === 0) return null;
  let [ofControl, ofTreatment, largest] = [0, 0, 0];
  for (const [bin, count] of control.entries()) {
    ofControl += count;
    ofTreatment += treatment[bin] ?? 0;
    const lower = ofControl / whole.control - ofTreatment / whole.treatment;
    largest = Math.max(largest, harm === 'up' ? lower : -lower);
  }
  return largest;
}

function sumOf(bins: readonly number[]): number {
  return bins.reduce((sum, count) => sum + count, 0);
}
