import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeenExposures } from './seen-exposures.ts';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
/** h1 in steps of 2^11: what is left of it in a number. */
const unit = fc.record({ h0: uint32, h1: fc.integer({ min: 0, max: 0x1f_ffff }).map((bits) => bits * 2_048) });
const tag = fc.record({
  rolloutId: fc.constantFrom('r1', 'r2', 'r1 1'),
  epoch: fc.integer({ min: 1, max: 3 }),
  stageIndex: fc.nat(3),
  arm: fc.constantFrom('control', 'treatment'),
  unit: fc.constant('targetingKey'),
});

const TAG = { rolloutId: 'r', epoch: 1, stageIndex: 0, arm: 'treatment', unit: 'targetingKey' } as const;

function unitOf(number: number) {
  return { h0: number, h1: number };
}

test('an exposure is seen once it was added, and no other is', () => {
  const exposures = fc.uniqueArray(fc.record({ tag, unit }), { selector: (exposure) => JSON.stringify(exposure) });
  fc.assert(
    fc.property(exposures, (all) => {
      const seen = createSeenExposures();
      for (const exposure of all) {
        expect(seen.has(exposure.tag, exposure.unit)).toBe(false);
        seen.add(exposure.tag, exposure.unit);
        expect(seen.has(exposure.tag, exposure.unit)).toBe(true);
      }
      for (const exposure of all) expect(seen.has(exposure.tag, exposure.unit)).toBe(true);
    }),
  );
});

test('the same unit in another arm, stage or epoch, and units that share one hash, are others', () => {
  const seen = createSeenExposures();
  seen.add(TAG, unitOf(0));
  expect(seen.has(TAG, unitOf(0))).toBe(true);
  for (const other of [{ arm: 'control' }, { stageIndex: 1 }, { epoch: 2 }] as const) {
    expect(seen.has({ ...TAG, ...other }, unitOf(0))).toBe(false);
  }
  expect(seen.has(TAG, { h0: 0, h1: 4_096 })).toBe(false);
  expect(seen.has(TAG, { h0: 5, h1: 0 })).toBe(false);
});

test('memory stays at its bound: the newest are remembered and the oldest forgotten', () => {
  const seen = createSeenExposures(32);
  for (let unit = 0; unit < 10_000; unit++) seen.add(TAG, unitOf(unit));
  for (let unit = 10_000 - 32; unit < 10_000; unit++) expect(seen.has(TAG, unitOf(unit))).toBe(true);
  expect(seen.has(TAG, unitOf(0))).toBe(false);
});

test('a unit that keeps coming is not forgotten', () => {
  const seen = createSeenExposures(32);
  seen.add(TAG, unitOf(7));
  for (let unit = 100; unit < 1_000; unit++) {
    expect(seen.has(TAG, unitOf(7))).toBe(true);
    seen.add(TAG, unitOf(unit));
  }
});
