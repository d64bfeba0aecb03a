import { normalQuantile, normalTail } from './special-functions.ts';
import { NO_EVIDENCE, type TailProbabilities } from './tail-probabilities.ts';

/** An estimate that is normal in large samples, and the variance of it. */
export interface NormalEstimate {
  readonly mean: number;
  readonly variance: number;
}

export interface EffectReport {
  readonly validity: 'fixed-sample';
  /** Treatment minus control. */
  readonly difference: number;
  readonly standardError: number;
  /** Of `difference`; null when there is nothing to judge its spread by. */
  readonly interval: readonly [number, number] | null;
  readonly z: number;
  readonly p: TailProbabilities;
  /** `difference` over control, with its standard error; null when control is 0. */
  readonly relative: { readonly lift: number; readonly standardError: number } | null;
}

/** The z test of two independent estimates, and the first-order (delta method) error of their relative difference. */
export function effectReport(control: NormalEstimate, treatment: NormalEstimate, level: number): EffectReport {
  const difference = treatment.mean - control.mean;
  const standardError = Math.sqrt(control.variance + treatment.variance);
  const relative = relativeEffect(control, treatment);
  if (!(standardError > 0)) {
    return { validity: 'fixed-sample', difference, standardError: 0, interval: null, z: 0, p: NO_EVIDENCE, relative };
  }
  const z = difference / standardError;
  const halfWidth = -normalQuantile((1 - level) / 2) * standardError;
  return {
    validity: 'fixed-sample',
    difference,
    standardError,
    interval: [difference - halfWidth, difference + halfWidth],
    z,
    p: { greater: normalTail(z), less: normalTail(-z), twoSided: 2 * normalTail(Math.abs(z)) },
    relative,
  };
}

function relativeEffect(control: NormalEstimate, treatment: NormalEstimate): EffectReport['relative'] {
  if (control.mean === 0) return null;
  const ratio = treatment.mean / control.mean;
  const standardError = Math.sqrt(treatment.variance + ratio * ratio * control.variance) / Math.abs(control.mean);
  return { lift: ratio - 1, standardError };
}
