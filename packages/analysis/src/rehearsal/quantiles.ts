/** Of all runs; null where so many of them never came there. */
export interface Quantiles {
  readonly median: number | null;
  readonly p90: number | null;
}

/** Nearest rank. A run without a value came later than any other. */
export function quantilesOf(values: readonly (number | null)[]): Quantiles {
  const sorted = values.map((value) => value ?? Number.POSITIVE_INFINITY).toSorted((one, other) => one - other);
  const at = (share: number) => {
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.POSITIVE_INFINITY;
    return Number.isFinite(value) ? value : null;
  };
  return { median: at(0.5), p90: at(0.9) };
}
