/**
 * Bins of a histogram metric, evenly spaced on a log scale so that every quantile is known to within one factor:
 *
 *     bin 0: below min     1 … count - 2: [min growth^(k-1), min growth^k)     count - 1: max and above
 *
 * From 1 to 60 000 (milliseconds: a minute) there are 145.
 */
export interface HistogramBins {
  readonly min: number;
  readonly max: number;
  readonly binCount: number;
}

/** A p95 that is off by less than a twelfth tells any regression worth a kill. */
const GROWTH_MAX = 1.08;
const MIN = 1;
const MAX = 60_000;

export function binsOf(ends: { readonly min?: number; readonly max?: number }): HistogramBins {
  const { min = MIN, max = MAX } = ends;
  return { min, max, binCount: Math.ceil(Math.log(max / min) / Math.log(GROWTH_MAX)) + 2 };
}

/** The bin of a value; values of zero and below are below `min`. */
export function binOf({ min, max, binCount }: HistogramBins, value: number): number {
  if (value < min) return 0;
  if (value >= max) return binCount - 1;
  const innerCount = binCount - 2;
  const inner = Math.floor((Math.log(value / min) / Math.log(max / min)) * innerCount);
  return 1 + Math.min(inner, innerCount - 1);
}

/** The lowest value of a bin; 0 for the first, which holds everything below `min`. */
export function lowestOf({ min, max, binCount }: HistogramBins, bin: number): number {
  return bin === 0 ? 0 : min * (max / min) ** ((bin - 1) / (binCount - 2));
}
