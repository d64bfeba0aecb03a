/** Counts are exact in doubles up to here; what lies above is taken for it, so that no logarithm of capital overflows. */
const COUNT_MAX = Number.MAX_SAFE_INTEGER;

/** A count that arithmetic can rely on: nothing below zero, nothing above what is exact. */
export function countOf(value: number): number {
  return value > 0 ? Math.min(value, COUNT_MAX) : 0;
}
