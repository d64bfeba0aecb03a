/**
 * Rows of a log, newest first: the page of the newest ones that is read again and again, before those that were read once.
 * Undefined when there may be others in between. `numberOf` is what grows with every row.
 */
export function joinNewest<Row>(
  newest: readonly Row[],
  read: readonly Row[],
  numberOf: (row: Row) => number,
): readonly Row[] | undefined {
  const known = read[0];
  if (known === undefined) return newest;
  const since = newest.filter((row) => numberOf(row) > numberOf(known));
  return since.length > 0 && since.length === newest.length ? undefined : [...since, ...read];
}
