import { bracketRoot } from '../bracket-root.ts';
import { normalDensity } from '../normal-distribution.ts';

/** Where the formula still is one; above it the boundary would be below 1.8 standard deviations. */
const BOUNDARY_MIN = 1.8;
/** exp(-c²/2) is the smallest double near here. */
const BOUNDARY_MAX = 38;
const TOLERANCE = 1e-12;

/**
 * The c that a standardised Brownian motion W(t)/sqrt(t) reaches between t = 1 and t = `decades` powers of ten with
 * probability `alpha`: repeated significance testing with a constant boundary. One-sided solves for 2 alpha
 *
 *     (c - 1/c) phi(c) ln(tMax) + 4 phi(c)/c = alpha
 *
 * D. M. DeLong, "Crossing probabilities for a square root boundary by a Bessel process", Communications in Statistics -
 * Theory and Methods 10 (1981), 2197-2213.
 */
export function rstBoundary(of: {
  readonly alpha: number;
  readonly sides: 'one' | 'two';
  /** The largest time, in units of the first. */
  readonly timeMax: number;
}): number {
  const logAlpha = Math.log(of.alpha) + (of.sides === 'one' ? Math.LN2 : 0);
  const logTime = Math.log(of.timeMax);
  const surplus = (c: number) => Math.log((c - 1 / c) * logTime + 4 / c) - (c * c) / 2 + LOG_DENSITY_AT_0 - logAlpha;
  const ends = { low: BOUNDARY_MIN, high: BOUNDARY_MAX };
  const known = { ...ends, atLow: surplus(ends.low), atHigh: surplus(ends.high) };
  if (known.atLow < 0) return BOUNDARY_MIN;
  if (known.atHigh >= 0) return BOUNDARY_MAX;
  return bracketRoot(surplus, known, TOLERANCE).high;
}

const LOG_DENSITY_AT_0 = Math.log(normalDensity(0));
