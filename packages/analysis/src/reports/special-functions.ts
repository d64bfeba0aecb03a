import betainc from '@stdlib/math-base-special-betainc';
import betaincinv from '@stdlib/math-base-special-betaincinv';
import betaln from '@stdlib/math-base-special-betaln';
import gammainc from '@stdlib/math-base-special-gammainc';
import gammaln from '@stdlib/math-base-special-gammaln';

export {
  lnNormalCdf,
  normalCdf,
  normalDensity,
  normalQuantile,
  normalTail,
} from '../statistics/normal-distribution.ts';

/**
 * The distributions behind the reports. A small tail is always computed as itself, never as 1 minus the other one: at
 * 8 standard deviations that difference has no correct digit left.
 */

export function lnGamma(x: number): number {
  return gammaln(x);
}

export function lnBeta(a: number, b: number): number {
  return betaln(a, b);
}

/** P(X <= x) of Beta(a, b): the regularised incomplete beta function. */
export function betaCdf(x: number, a: number, b: number): number {
  return betainc(x, a, b);
}

/** P(X > x) of Beta(a, b). */
export function betaTail(x: number, a: number, b: number): number {
  return betainc(x, a, b, true, true);
}

export function betaQuantile(p: number, a: number, b: number): number {
  return betaincinv(p, a, b);
}

/** P(X > x) of a gamma distribution with this shape and scale 1: the regularised upper incomplete gamma function. */
export function gammaTail(shape: number, x: number): number {
  return gammainc(x, shape, true, true);
}

/** P(X > x) of chi-square with `degrees` of freedom. */
export function chiSquareTail(x: number, degrees: number): number {
  return gammaTail(degrees / 2, x / 2);
}

/** P(T <= t) of Student's t with `degrees` of freedom, whole or not. */
export function studentTCdf(t: number, degrees: number): number {
  const outside = studentTOutside(t, degrees) / 2;
  return t < 0 ? outside : 1 - outside;
}

/** P(T > t) of Student's t. */
export function studentTTail(t: number, degrees: number): number {
  return studentTCdf(-t, degrees);
}

/** P(|T| > |t|): of the two forms of one number, the one whose argument keeps its digits. */
export function studentTOutside(t: number, degrees: number): number {
  const square = t * t;
  if (square > degrees) return betaCdf(degrees / (degrees + square), degrees / 2, 0.5);
  return betaTail(square / (degrees + square), 0.5, degrees / 2);
}

/** The t with P(|T| > t) = `outside`. */
export function studentTCritical(outside: number, degrees: number): number {
  const x = betaincinv(outside, 0.5, degrees / 2, true);
  return Math.sqrt((degrees * x) / (1 - x));
}

/** P(K > x) of the limiting law of sqrt(n) times the Kolmogorov distance (Kolmogorov 1933). */
export function kolmogorovTail(x: number): number {
  if (x <= 0) return 1;
  // Of two series for one number: the alternating one is good in the tail, its theta transform near the middle.
  if (x < 1) {
    const q = -(Math.PI * Math.PI) / (8 * x * x);
    return 1 - (Math.sqrt(2 * Math.PI) / x) * (Math.exp(q) + Math.exp(9 * q) + Math.exp(25 * q) + Math.exp(49 * q));
  }
  const q = -2 * x * x;
  return 2 * (Math.exp(q) - Math.exp(4 * q) + Math.exp(9 * q) - Math.exp(16 * q));
}
