/**
 * A map that forgets: entries live in the young generation, `rotate` makes it the old one and lets the former old one
 * go. What was not touched between two rotations is gone after the second. Unlike a queue over a map this costs O(1)
 * whatever the order of deletions, and it is a pure function of the calls made.
 */
export class Generations<Key, Value> {
  #young: Map<Key, Value>;
  #old: Map<Key, Value>;

  constructor(young: Iterable<readonly [Key, Value]> = [], old: Iterable<readonly [Key, Value]> = []) {
    this.#young = new Map(young);
    this.#old = new Map(old);
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

  /** What is kept in both, in order of insertion. */
  values(): { readonly young: Iterable<Value>; readonly old: Iterable<Value> } {
    return { young: this.#young.values(), old: this.#old.values() };
  }

  /** Both generations in order of insertion, for saving. */
  entries(): { readonly young: readonly (readonly [Key, Value])[]; readonly old: readonly (readonly [Key, Value])[] } {
    return { young: [...this.#young], old: [...this.#old] };
  }
}
