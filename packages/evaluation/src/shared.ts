/** Pieces of documents: what is written alike in many flags is planned once, up to this many different ones. */
const PIECES_MAX = 1_000;
/** Longer pieces are hardly ever written twice, and their texts have to be kept. */
const TEXT_LENGTH_MAX = 200;

/**
 * What was made of the pieces of documents, by their JSON. Environments repeat themselves: `true` and `false`, the same
 * few conditions. Half of the memory of ten thousand flags is saved by it.
 */
export class Shared<T> {
  readonly #made = new Map<string, T>();

  of(piece: unknown, make: () => T): T {
    const text = JSON.stringify(piece);
    const known = this.#made.get(text);
    if (known !== undefined) return known;
    const made = make();
    if (text.length <= TEXT_LENGTH_MAX && this.#made.size < PIECES_MAX) this.#made.set(text, made);
    return made;
  }
}
