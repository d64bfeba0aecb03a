/** Up to here a list is scanned: it takes far less memory than an index and no more time. */
const SCAN_MAX = 8;

/** A list to find values in: itself when it is short, indexed once when it is long. */
export type Members<T> = readonly T[] | Index<T>;

export interface Index<T> {
  has(value: T): boolean;
}

export function membersOf<T>(list: readonly T[], indexOf: (list: readonly T[]) => Index<T> = setOf): Members<T> {
  return list.length > SCAN_MAX ? indexOf(list) : list;
}

/** Whether a scalar is in the list. The loop is faster than `includes` for lists as short as these. */
export function isMember<T>(members: Members<T>, value: T): boolean {
  if (!isList(members)) return members.has(value);
  for (const member of members) if (member === value) return true;
  return false;
}

/** `Array.isArray` as a guard knows no readonly lists. */
function isList<T>(members: Members<T>): members is readonly T[] {
  return Array.isArray(members);
}

function setOf<T>(list: readonly T[]): Index<T> {
  return new Set(list);
}
