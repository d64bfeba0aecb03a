/** Up to here a list is scanned: it takes less memory than a Set and no more time. */
const SCAN_MAX = 8;

/** Whether a value is in a list, by SameValueZero; the list is indexed once when it is long. */
export function memberOf<T>(list: readonly T[]): (value: T) => boolean {
  const [only] = list;
  if (list.length === 1) return (value) => value === only;
  if (list.length <= SCAN_MAX) return (value) => list.includes(value);
  const set = new Set(list);
  return (value) => set.has(value);
}
