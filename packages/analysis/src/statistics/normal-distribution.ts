import erfc from '@stdlib/math-base-special-erfc';
import erfcinv from '@stdlib/math-base-special-erfcinv';

/** The standard normal distribution. Small tails are computed as themselves, never as 1 minus the other one. */
export function normalCdf(z: number): number {
  return erfc(-z / Math.SQRT2) / 2;
}

/** P(Z > z). */
export function normalTail(z: number): number {
  return normalCdf(-z);
}

export function normalDensity(z: number): number {
  return Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
}

export function normalQuantile(p: number): number {
  return -Math.SQRT2 * erfcinv(2 * p);
}

/** ln P(Z <= z), also where the probability itself is below the smallest number. */
export function lnNormalCdf(z: number): number {
  if (z > 0) return Math.log1p(-normalTail(z));
  if (z > ASYMPTOTIC_BELOW) return Math.log(normalCdf(z));
  return -(z * z) / 2 + lnScaledNormalCdf(z);
}
const ASYMPTOTIC_BELOW = -30;

/**
 * z²/2 + ln P(Z <= z), without the cancellation of the two: for z far below 0 they are huge, and their sum is small.
 * For z above 0 it is dominated by z²/2.
 */
export function lnScaledNormalCdf(z: number): number {
  return z > ASYMPTOTIC_BELOW ? (z * z) / 2 + lnNormalCdf(z) : -Math.log(-z * Math.sqrt(2 * Math.PI)) + lnSeries(z);
}

/** Abramowitz and Stegun 26.2.12: the first term left out is below 1e-13 where it is used. */
function lnSeries(z: number): number {
  const q = 1 / (z * z);
  return Math.log1p(-q * (1 - 3 * q * (1 - 5 * q * (1 - 7 * q * (1 - 9 * q)))));
}
