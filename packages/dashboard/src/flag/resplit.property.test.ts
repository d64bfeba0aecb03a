import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resplit, type Share, sharesOf, withShare } from './resplit.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const WHOLE_PPM = 1_000_000;
const edits = fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.integer({ min: -5, max: 1_000_005 })), { maxLength: 8 });
const even: readonly Share[] = NAMES.map((variation) => ({ variation, ppm: 250_000 }));
const edited = (steps: readonly [string, number][]) =>
  steps.reduce((shares, [variation, ppm]) => withShare(shares, variation, ppm), even);
const sum = (shares: readonly Share[]) => shares.reduce((total, { ppm }) => total + ppm, 0);
const ofVariation = (shares: readonly Share[], name: string) =>
  shares.find(({ variation }) => variation === name)?.ppm ?? 0;

test('shares add up to everything, whatever is typed', () => {
  fc.assert(
    fc.property(edits, (steps) => {
      const shares = edited(steps);
      expect(sum(shares)).toBe(WHOLE_PPM);
      expect(shares.every(({ ppm }) => Number.isInteger(ppm) && ppm >= 0)).toBe(true);
    }),
  );
});

test('a split covers every position once, has the shares that were asked for, and moves no more units than it must', () => {
  fc.assert(
    fc.property(edits, edits, (one, other) => {
      const before = resplit([], edited(one));
      const shares = edited(other);
      const after = resplit(before, shares);
      expect(after[0]?.fromPpm).toBe(0);
      expect(after.at(-1)?.toPpm).toBe(WHOLE_PPM);
      for (const [index, range] of after.entries()) {
        if (index > 0) expect(range.fromPpm).toBe(after[index - 1]?.toPpm);
      }
      for (const name of NAMES) expect(ofVariation(sharesOf(after), name)).toBe(ofVariation(shares, name));
      const grown = NAMES.reduce(
        (total, name) => total + Math.max(0, ofVariation(shares, name) - ofVariation(sharesOf(before), name)),
        0,
      );
      let moved = 0;
      for (const was of before) {
        for (const is of after) {
          if (was.variation === is.variation) continue;
          moved += Math.max(0, Math.min(was.toPpm, is.toPpm) - Math.max(was.fromPpm, is.fromPpm));
        }
      }
      expect(moved).toBe(grown);
    }),
  );
});
