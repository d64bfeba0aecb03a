import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeenUnits } from './seen-units.ts';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const key = fc.record({ arm: fc.integer({ min: 1, max: 8 }), h0: uint32, h1: uint32 });

test('a unit is seen once it was added, and no other is', () => {
  fc.assert(
    fc.property(fc.uniqueArray(key, { selector: ({ arm, h0, h1 }) => `${arm} ${h0} ${h1}` }), (keys) => {
      const seen = new SeenUnits();
      for (const { arm, h0, h1 } of keys) {
        expect(seen.has(arm, h0, h1)).toBe(false);
        seen.add(arm, h0, h1);
        expect(seen.has(arm, h0, h1)).toBe(true);
      }
      for (const { arm, h0, h1 } of keys) expect(seen.has(arm, h0, h1)).toBe(true);
    }),
  );
});

test('the same unit in another arm, and units that share one hash, are others', () => {
  const seen = new SeenUnits();
  seen.add(1, 0, 0);
  expect(seen.has(1, 0, 0)).toBe(true);
  expect(seen.has(2, 0, 0)).toBe(false);
  expect(seen.has(1, 0, 5)).toBe(false);
  expect(seen.has(1, 5, 0)).toBe(false);
});

test('memory stays at its bound, the newest are remembered and the oldest forgotten', () => {
  const seen = new SeenUnits({ slotsMax: 64 });
  for (let unit = 0; unit < 10_000; unit++) seen.add(1, unit, unit);
  expect(seen.bytes).toBe(2 * 64 * 8);
  for (let unit = 10_000 - 32; unit < 10_000; unit++) expect(seen.has(1, unit, unit)).toBe(true);
  expect(seen.has(1, 0, 0)).toBe(false);
});

test('a unit that keeps coming is not forgotten', () => {
  const seen = new SeenUnits({ slotsMax: 64 });
  seen.add(1, 7, 7);
  for (let unit = 100; unit < 1_000; unit++) {
    expect(seen.has(1, 7, 7)).toBe(true);
    seen.add(1, unit, unit);
  }
});

test('everything is forgotten at once when what was reported may be lost', () => {
  const seen = new SeenUnits();
  seen.add(1, 7, 7);
  seen.clear();
  expect(seen.has(1, 7, 7)).toBe(false);
});
