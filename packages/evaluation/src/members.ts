/** Up to here a list is scanned: it takes less memory than a Set and no more time. */
const SCAN_MAX = 16;

/** A list to find values in: itself when it is short, indexed once when it is long. */
export type Members<T> = readonly T[] | Set<T>;

export function membersOf<T>(list: readonly T[]): Members<T> {
  return list.length > SCAN_MAX ? new Set(list) : list;
}

/** Whether a scalar is in the list. The loop is faster than `includes` for lists as short as these. */
export function isMember<T>(members: Members<T>, value: T): boolean {
  if (members instanceof Set) return members.has(value);
  for (const member of members) if (member === value) return true;
  return false;
}
