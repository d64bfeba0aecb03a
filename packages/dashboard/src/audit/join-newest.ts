interface Revised {
  readonly revision: number;
}

/**
 * Changes, newest first: the page of the newest ones that is read again and again, before those that were read once.
 * Undefined when there may be others in between.
 */
export function joinNewest<Row extends Revised>(
  newest: readonly Row[],
  read: readonly Row[],
): readonly Row[] | undefined {
  const known = read[0];
  if (known === undefined) return newest;
  const since = newest.filter(({ revision }) => revision > known.revision);
  return since.length > 0 && since.length === newest.length ? undefined : [...since, ...read];
}
