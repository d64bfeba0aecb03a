import type { EstimatedInterval } from './interval.ts';

/** `one`: a bound on one side fails with probability alpha. `two`: both together do. */
export type Sides = 'one' | 'two';

export interface AsymptoticSequenceInput {
  readonly alpha: number;
  readonly sides: Sides;
  /** Number of units at which the sequence is narrowest; fixed beforehand. */
  readonly tunedForUnits: number;
  /** Units so far, above 0. */
  readonly units: number;
  /** Standard error of the estimate now. */
  readonly standardError: number;
}

/**
 * Half the width of a confidence sequence for anything with a central limit theorem: at every look together, in the
 * limit of many units. Asymptotic: with few units, or long tails, it fails more often than alpha.
 *
 * Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, arXiv:2103.06476v7: equations 9 (two sides) and 134 (one side).
 */
export function asymptoticHalfWidth(input: AsymptoticSequenceInput): number {
  const { alpha, sides, units, standardError } = input;
  const information = units * asymptoticRho(input) ** 2;
  const root = Math.sqrt(1 + information);
  const nats = sides === 'two' ? Math.log(root / alpha) : Math.log1p(root / (2 * alpha));
  return standardError * Math.sqrt(2 * (1 + 1 / information) * nats);
}

/** The sequence around an estimate: a mean, a difference, or a relative one with its delta-method error. */
export function asymptoticInterval(estimate: number, input: AsymptoticSequenceInput): EstimatedInterval {
  const halfWidth = asymptoticHalfWidth(input);
  return { estimate, low: estimate - halfWidth, high: estimate + halfWidth };
}

/** The scale of the prior that makes the sequence narrowest at `tunedForUnits` (equation 161). */
export function asymptoticRho(plan: Pick<AsymptoticSequenceInput, 'alpha' | 'sides' | 'tunedForUnits'>): number {
  const nats = -2 * Math.log(plan.sides === 'two' ? plan.alpha : 2 * plan.alpha);
  return Math.sqrt((nats + Math.log1p(nats)) / plan.tunedForUnits);
}

/** The smallest alpha at which the two-sided sequence with this plan leaves out a `difference` of 0 (equation 155). */
export function asymptoticP(input: AsymptoticSequenceInput, difference: number): number {
  if (!(input.standardError > 0)) return 1;
  const information = input.units * asymptoticRho(input) ** 2;
  const z = difference / input.standardError;
  const logE = (z * z * information) / (2 * (1 + information)) - Math.log1p(information) / 2;
  return Math.min(1, Math.exp(-logE));
}
