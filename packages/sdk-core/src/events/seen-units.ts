/**
 * Which units were reported already: a set of 64-bit keys in two generations. When the young one is full it becomes
 * the old one and the old one is forgotten; what is asked for again moves to the young one. So the memory is bounded
 * to the byte, the newest stay longest, and forgetting costs only a repeated exposure, which the server counts once.
 *
 * Open addressing over a typed array, two words a slot: no allocation, no strings kept alive. A key is the unit's two
 * hashes mixed with the number of the arm that it was served; two keys that collide hide one exposure in 2^64.
 */
export class SeenUnits {
  #young: Generation;
  #old: Generation;
  readonly #slotsMax: number;

  constructor(options: { slotsMax: number } = { slotsMax: SLOTS_MAX }) {
    this.#slotsMax = options.slotsMax;
    this.#young = emptyGeneration(Math.min(SLOTS_MIN, options.slotsMax));
    this.#old = emptyGeneration(0);
  }

  has(arm: number, h0: number, h1: number): boolean {
    const a = mix(h0, arm, 0x9e3779b1);
    const b = mix(h1, arm, 0x85ebca77) || 1;
    if (contains(this.#young, a, b)) return true;
    if (!contains(this.#old, a, b)) return false;
    this.#insert(a, b);
    return true;
  }

  add(arm: number, h0: number, h1: number): void {
    this.#insert(mix(h0, arm, 0x9e3779b1), mix(h1, arm, 0x85ebca77) || 1);
  }

  /** Forgets everything: what was reported may not have arrived. */
  clear(): void {
    this.#young = emptyGeneration(Math.min(SLOTS_MIN, this.#slotsMax));
    this.#old = emptyGeneration(0);
  }

  get bytes(): number {
    return this.#young.words.byteLength + this.#old.words.byteLength;
  }

  #insert(a: number, b: number): void {
    if (this.#young.count * 2 >= this.#young.slots) this.#makeRoom();
    insert(this.#young, a, b);
  }

  #makeRoom(): void {
    const full = this.#young;
    if (full.slots < this.#slotsMax) {
      this.#young = emptyGeneration(full.slots * 2);
      for (let at = 0; at < full.words.length; at += 2) {
        const b = full.words[at + 1] ?? 0;
        if (b !== 0) insert(this.#young, full.words[at] ?? 0, b);
      }
      return;
    }
    const forgotten = this.#old;
    this.#old = full;
    this.#young = forgotten.slots === full.slots ? emptied(forgotten) : emptyGeneration(full.slots);
  }
}

/** A power of two of slots, each two words; the second word of a slot is 0 exactly when the slot is free. */
interface Generation {
  readonly words: Int32Array;
  readonly slots: number;
  count: number;
}

/** Two generations of 2 MB each, half full at most: 131 072 exposures remembered at least. */
const SLOTS_MAX = 262_144;
const SLOTS_MIN = 1_024;

function emptyGeneration(slots: number): Generation {
  return { words: new Int32Array(slots * 2), slots, count: 0 };
}

function emptied(generation: Generation): Generation {
  generation.words.fill(0);
  generation.count = 0;
  return generation;
}

function contains({ words, slots, count }: Generation, a: number, b: number): boolean {
  if (count === 0) return false;
  for (let slot = a & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
    const word = words[slot * 2 + 1];
    if (word === 0) return false;
    if (word === b && words[slot * 2] === a) return true;
  }
}

function insert(generation: Generation, a: number, b: number): void {
  const { words, slots } = generation;
  let slot = a & (slots - 1);
  for (; words[slot * 2 + 1] !== 0; slot = (slot + 1) & (slots - 1)) {
    if (words[slot * 2 + 1] === b && words[slot * 2] === a) return;
  }
  words[slot * 2] = a;
  words[slot * 2 + 1] = b;
  generation.count += 1;
}

function mix(hash: number, arm: number, prime: number): number {
  return (hash ^ Math.imul(arm, prime)) | 0;
}
