/** A list to find values in: itself when it is short, indexed once when it is long (see `membersOf`). */
export type Members<T> = readonly T[] | Index<T>;

export interface Index<T> {
  has(value: T): boolean;
}

/** Whether a scalar is in the list. This loop is faster than `includes` for lists as short as these. */
export function isMember<T>(members: Members<T>, value: T): boolean {
  if (!isList(members)) return members.has(value);
  for (let at = 0; at < members.length; at++) if (members[at] === value) return true;
  return false;
}

/** `Array.isArray` as a guard knows no readonly lists. */
function isList<T>(members: Members<T>): members is readonly T[] {
  return Array.isArray(members);
}
