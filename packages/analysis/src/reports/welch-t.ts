import { studentTCritical, studentTOutside, studentTTail } from './special-functions.ts';
import { NO_EVIDENCE, type TailProbabilities } from './tail-probabilities.ts';

/** What Welch's test needs of an arm. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** With count - 1 below; 0 for fewer than two values. */
  readonly variance: number;
}

export interface WelchReport {
  readonly validity: 'fixed-sample';
  /** Mean of treatment minus mean of control. */
  readonly difference: number;
  readonly t: number;
  /** Welch-Satterthwaite degrees of freedom, rarely whole. */
  readonly degrees: number;
  readonly p: TailProbabilities;
  /** Of `difference`; null when there is nothing to judge its spread by. */
  readonly interval: readonly [number, number] | null;
}

/** In two passes: a sum of squares minus a square of sums loses its digits when the mean is large. */
export function momentsOf(values: readonly number[]): Moments {
  const count = values.length;
  const mean = count === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, variance: count < 2 ? 0 : squares / (count - 1) };
}

/**
 * Do the means differ, when the variances may differ too? Independent units, and arms large enough for their means to
 * be normal: with a heavy tail (revenue) that is tens of thousands. An arm with fewer than two units, or no variance at
 * all, gives p = 1.
 *
 * Welch 1947. For one look at a finished stage: not valid under repeated looks.
 */
export function welchT(control: Moments, treatment: Moments, level: number): WelchReport {
  const difference = treatment.mean - control.mean;
  const ofControl = control.variance / control.count;
  const ofTreatment = treatment.variance / treatment.count;
  const square = ofControl + ofTreatment;
  if (control.count < 2 || treatment.count < 2 || !(square > 0)) {
    return { validity: 'fixed-sample', difference, t: 0, degrees: 0, p: NO_EVIDENCE, interval: null };
  }
  const t = difference / Math.sqrt(square);
  const degrees = square ** 2 / (ofControl ** 2 / (control.count - 1) + ofTreatment ** 2 / (treatment.count - 1));
  const halfWidth = studentTCritical(1 - level, degrees) * Math.sqrt(square);
  return {
    validity: 'fixed-sample',
    difference,
    t,
    degrees,
    p: { greater: studentTTail(t, degrees), less: studentTTail(-t, degrees), twoSided: studentTOutside(t, degrees) },
    interval: [difference - halfWidth, difference + halfWidth],
  };
}
