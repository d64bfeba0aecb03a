/**
 * The order of rows by age, oldest first; null when they are in that order already, as SDKs send them. Rows of one age
 * keep their order.
 */
export function timeOrder(ageMs: readonly number[], rowCount: number): readonly number[] | null {
  let sorted = true;
  for (let row = 1; row < rowCount && sorted; row++) sorted = (ageMs[row] ?? 0) <= (ageMs[row - 1] ?? 0);
  if (sorted) return null;
  return Array.from({ length: rowCount }, (_, row) => row).sort(
    (one, other) => (ageMs[other] ?? 0) - (ageMs[one] ?? 0) || one - other,
  );
}
