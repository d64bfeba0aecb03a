export interface Description {
  readonly count: number;
  /** Null without points, as are all others: a mean of nothing is not 0. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** With n - 1; 0 for a single point. */
  readonly deviation: number | null;
}

export function describe(points: readonly number[]): Description {
  const mean = meanOf(points);
  if (mean === null) return { count: 0, min: null, max: null, mean: null, deviation: null };
  return {
    count: points.length,
    min: points.reduce((least, point) => Math.min(least, point)),
    max: points.reduce((most, point) => Math.max(most, point)),
    mean,
    deviation: Math.sqrt(squaresAround(points, mean) / Math.max(1, points.length - 1)),
  };
}

/** The p-th percentile between the two nearest points, in proportion (Hyndman and Fan's type 7). Null without points. */
export function percentile(points: readonly number[], p: number): number | null {
  const sorted = points.toSorted((one, other) => one - other);
  const place = (p / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) return null;
  return below + (place - Math.floor(place)) * (above - below);
}

export function meanOf(points: readonly number[]): number | null {
  return points.length === 0 ? null : points.reduce((sum, point) => sum + point, 0) / points.length;
}

export function squaresAround(points: readonly number[], mean: number): number {
  return points.reduce((sum, point) => sum + (point - mean) ** 2, 0);
}
