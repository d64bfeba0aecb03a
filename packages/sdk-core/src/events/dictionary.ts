import { nameBytes } from './limits.ts';

/** Strings that rows name by their index: each travels once per batch. */
export class Dictionary {
  readonly names: string[] = [];
  /** Upper bound of the names as JSON. */
  bytes = 0;
  readonly #indexes = new Map<string, number>();

  index(name: string): number {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    const index = this.names.push(name) - 1;
    this.#indexes.set(name, index);
    this.bytes += nameBytes(name);
    return index;
  }
}
