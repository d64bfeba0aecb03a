/** What rows name by its index: each entry travels once per batch. */
export interface Dictionary<T> {
  readonly entries: T[];
  /** The index of the entry with this key; `entry` is it where there is none yet. */
  index(key: string, entry: T): number;
}

export function createDictionary<T>(): Dictionary<T> {
  const entries: T[] = [];
  const indexes = new Map<string, number>();
  return {
    entries,
    index(key, entry) {
      const index = indexes.get(key) ?? entries.push(entry) - 1;
      indexes.set(key, index);
      return index;
    },
  };
}
