import { describe, percentile } from './describe.ts';

/** Points that are not a number, left out or taken for 0. */
export function withoutNaN(points: readonly number[], strategy: 'remove' | 'zero'): number[] {
  if (strategy === 'remove') return points.filter((point) => !Number.isNaN(point));
  return points.map((point) => (Number.isNaN(point) ? 0 : point));
}

/**
 * What counts as an outlier: further from the quartiles than `factor` times their distance, or further from the mean than
 * `factor` deviations. Leaving outliers out of each arm for itself hides what a release breaks for a few: never a
 * default.
 */
export interface OutlierRule {
  readonly kind: 'quartiles' | 'deviations';
  readonly factor: number;
}

/** Indexes of the outliers, in order. */
export function findOutliers(points: readonly number[], { kind, factor }: OutlierRule): number[] {
  const bounds = kind === 'quartiles' ? quartileBounds(points, factor) : deviationBounds(points, factor);
  if (bounds === null) return [];
  return points.flatMap((point, index) => (point < bounds.low || point > bounds.high ? [index] : []));
}

export function withoutOutliers(points: readonly number[], rule: OutlierRule): number[] {
  const outliers = new Set(findOutliers(points, rule));
  return points.filter((_, index) => !outliers.has(index));
}

function quartileBounds(points: readonly number[], factor: number) {
  const [low, high] = [percentile(points, 25), percentile(points, 75)];
  if (low === null || high === null) return null;
  return { low: low - factor * (high - low), high: high + factor * (high - low) };
}

function deviationBounds(points: readonly number[], factor: number) {
  const { mean, deviation } = describe(points);
  if (mean === null || deviation === null) return null;
  return { low: mean - factor * deviation, high: mean + factor * deviation };
}
