/** Pieces of documents that are remembered, a power of two; a newer one takes the slot of an older. */
const SLOTS = 512;

/**
 * What was made of the pieces of documents. Environments repeat themselves: `true` and `false`, the same few
 * conditions, rules and splits; what is written alike in many flags is made and held once. What is written in one flag
 * only passes through: it may push a frequent piece out, which is then made once more.
 */
export class Shared<Piece, Made> {
  readonly #isOf: (made: Made, piece: Piece) => boolean;
  readonly #slots: (Made | undefined)[] = new Array(SLOTS).fill(undefined);

  /** `isOf` tells whether something was made of a piece like this one. */
  constructor(isOf: (made: Made, piece: Piece) => boolean) {
    this.#isOf = isOf;
  }

  of(piece: Piece, hash: number, make: () => Made): Made {
    const slot = hash & (SLOTS - 1);
    const known = this.#slots[slot];
    if (known !== undefined && this.#isOf(known, piece)) return known;
    const made = make();
    this.#slots[slot] = made;
    return made;
  }
}
