import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeenExposures } from './seen-exposures.ts';

const unit = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const arm = fc.constantFrom('r1 1 0 1', 'r1 1 0 0', 'r1 1 1 1', 'r2 1 0 1');
const ARM = 'r 1 0 1';

test('an exposure is seen once it was added, and no other is', () => {
  const exposures = fc.uniqueArray(fc.record({ arm, unit }), { selector: (exposure) => JSON.stringify(exposure) });
  fc.assert(
    fc.property(exposures, (all) => {
      const seen = createSeenExposures();
      for (const exposure of all) {
        expect(seen.has(exposure.arm, exposure.unit)).toBe(false);
        seen.add(exposure.arm, exposure.unit);
        expect(seen.has(exposure.arm, exposure.unit)).toBe(true);
      }
      for (const exposure of all) expect(seen.has(exposure.arm, exposure.unit)).toBe(true);
    }),
  );
});

test('memory stays at its bound: the newest are remembered and the oldest forgotten', () => {
  const seen = createSeenExposures(32);
  for (let unit = 0; unit < 10_000; unit++) seen.add(ARM, unit);
  for (let unit = 10_000 - 32; unit < 10_000; unit++) expect(seen.has(ARM, unit)).toBe(true);
  expect(seen.has(ARM, 0)).toBe(false);
});

test('a unit that keeps coming is not forgotten', () => {
  const seen = createSeenExposures(32);
  seen.add(ARM, 7);
  for (let unit = 100; unit < 1_000; unit++) {
    expect(seen.has(ARM, 7)).toBe(true);
    seen.add(ARM, unit);
  }
});
