/**
 * Chance that a test can repeat: the same seed gives the same numbers on every machine. The generator is sfc32 (Chris
 * Doty-Humphrey, PractRand), with its own seeding of 12 discarded rounds; 128 bits of state, so that long simulations
 * do not come near its period.
 */
export interface SeededRandom {
  readonly seed: number;
  /** The next number in [0, 1), with 53 bits. A closure: it may be handed on where `Math.random` would be. */
  next(): number;
  /** The next integer in [from, below). */
  int(from: number, below: number): number;
}

const SEEDING_ROUNDS = 12;

export function seededRandom(seed: number): SeededRandom {
  const uint32 = sfc32(seed);
  const next = (): number => {
    const high = uint32() >>> 5;
    const low = uint32() >>> 6;
    return (high * 0x4000000 + low) / 2 ** 53;
  };
  return { seed, next, int: (from, below) => from + Math.floor(next() * (below - from)) };
}

function sfc32(seed: number): () => number {
  let a = 0;
  let b = seed | 0;
  let c = Math.floor(seed / 2 ** 32) | 0;
  let counter = 1;
  const uint32 = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < SEEDING_ROUNDS; round++) uint32();
  return uint32;
}
