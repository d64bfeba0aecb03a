/**
 * A map that forgets: entries live in the young generation, `rotate` makes it the old one and lets the former old one
 * go. What was not touched between two rotations is gone after the second. Unlike a queue over a map this costs O(1)
 * whatever the order of deletions, and it is a pure function of the calls made.
 */
export class Generations<Key, Value> {
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  constructor({ keys, values, youngCount }: GenerationList<Key, Value> = NOTHING) {
    for (const [index, value] of values.entries()) {
      const key = keys[index];
      if (key !== undefined) (index < youngCount ? this.#young : this.#old).set(key, value);
    }
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get youngSize(): number {
    return this.#young.size;
  }

  get(key: Key): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** Puts an entry into the young generation, wherever it was. */
  set(key: Key, value: Value): void {
    if (this.#old.size > 0) this.#old.delete(key);
    this.#young.set(key, value);
  }

  /** Where the entry is, without making it younger. */
  replace(key: Key, value: Value): void {
    (this.#young.has(key) ? this.#young : this.#old).set(key, value);
  }

  delete(key: Key): void {
    if (!this.#young.delete(key)) this.#old.delete(key);
  }

  /** What is forgotten by it. */
  rotate(): Iterable<Value> {
    const forgotten = this.#old.values();
    this.#old = this.#young;
    this.#young = new Map();
    return forgotten;
  }

  /** All entries as they are now, the young ones first, each generation in order of insertion. */
  list(): GenerationList<Key, Value> {
    return {
      keys: [...this.#young.keys(), ...this.#old.keys()],
      values: [...this.#young.values(), ...this.#old.values()],
      youngCount: this.#young.size,
    };
  }
}

export interface GenerationList<Key, Value> {
  readonly keys: readonly Key[];
  readonly values: readonly Value[];
  readonly youngCount: number;
}

const NOTHING = { keys: [], values: [], youngCount: 0 };
