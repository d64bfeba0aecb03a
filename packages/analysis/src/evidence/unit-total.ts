/**
 * The largest total of one unit, either way. Far beyond anything worth measuring, and so small that the fourth power of
 * the sum over all units is a number: nothing that an SDK sends may end as infinity in the books.
 */
export const UNIT_TOTAL_MAX = 1e12;

export function clamp(value: number, max: number): number {
  return Math.max(-max, Math.min(max, value));
}
