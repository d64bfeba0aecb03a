import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEngine } from '../engine/engine-state.ts';
import { foldTick } from '../engine/fold-tick.ts';
import { readEngine } from '../engine/read-engine.ts';
import { limitInterval } from './limit-interval.ts';
import { quantileBand } from './quantile-band.ts';
import { shareInterval } from './share-interval.ts';

const counts = fc
  .record({ units: fc.nat({ max: 1e7 }), part: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ units, part }) => ({ units, events: Math.round(units * part ** 4) }));
const threshold = fc.double({ min: 0.1, max: 20, noNaN: true });

test('the interval of a share is in order within 0 and 1, and holds what was seen', () => {
  fc.assert(
    fc.property(counts, threshold, (counts, logThreshold) => {
      const { low, high } = shareInterval(counts, logThreshold);
      expect(low ?? 0).toBeLessThanOrEqual(high ?? 1);
      expect(low ?? 0).toBeGreaterThanOrEqual(0);
      expect(high ?? 1).toBeLessThanOrEqual(1);
      if (counts.units === 0) return;
      const share = counts.events / counts.units;
      expect(share).toBeGreaterThanOrEqual((low ?? 0) * (1 - 1e-5));
      expect(share).toBeLessThanOrEqual((high ?? 1) * (1 + 1e-5) + 2e-9);
    }),
  );
});

test('it narrows around the truth', () => {
  const widthAt = (units: number) => {
    const { low, high } = shareInterval({ units, events: units / 100 }, 3);
    return (high ?? 1) - (low ?? 0);
  };
  expect(widthAt(1_000)).toBeLessThan(0.03);
  expect(widthAt(1_000_000)).toBeLessThan(0.004);
  expect(widthAt(1_000_000)).toBeLessThan(widthAt(1_000) / 5);
});

test('the interval of a limit passes it exactly when the engine says that it is passed', () => {
  fc.assert(
    fc.property(counts, fc.double({ min: 1e-4, max: 0.5, noNaN: true }), ({ units, events }, maxRate) => {
      const config = { stageCount: 1, guards: [{ key: 'slow', kind: 'limit', maxRate } as const] };
      const arm = (units: number, events: number) => ({ kind: 'rate', units, events }) as const;
      const guards = { slow: { control: arm(0, 0), treatment: arm(units, events) } };
      const stratum = { stageIndex: 0, treatmentShare: 1, units: { control: 0, treatment: units }, guards };
      const state = foldTick(config, createEngine(config), { stageIndex: 0, strata: [stratum] });
      const [reading] = readEngine(config, state, { alpha: 0.05, weights: { slow: 1 } }).guards;
      const isHarmShown = reading?.kills === true;
      const { low, high } = limitInterval({ units, events }, { maxRate, logThreshold: Math.log(20), isHarmShown });
      expect(low !== null && low >= maxRate).toBe(isHarmShown);
      expect(low ?? 0).toBeLessThanOrEqual(high ?? 1);
    }),
  );
});

test('a quantile lies within its band, and a smaller alpha widens it', () => {
  const bins = fc.array(fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 1e6 })), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(bins, fc.constantFrom(0.5, 0.95, 0.99), threshold, (bins, quantile, logThreshold) => {
      const narrow = quantileBand(bins, { quantile, logThreshold });
      const wide = quantileBand(bins, { quantile, logThreshold: logThreshold + 1 });
      expect(narrow.lowBin).toBeLessThanOrEqual(narrow.highBin);
      expect(wide.lowBin).toBeLessThanOrEqual(narrow.lowBin);
      expect(wide.highBin).toBeGreaterThanOrEqual(narrow.highBin);
      if (narrow.bin === null) return;
      expect(narrow.bin).toBeGreaterThanOrEqual(narrow.lowBin);
      expect(narrow.bin).toBeLessThanOrEqual(narrow.highBin);
    }),
  );
});

test('the band of a p99 passes a limit on it exactly when the limit is shown to be passed', () => {
  fc.assert(
    fc.property(fc.nat({ max: 5_000 }), fc.nat({ max: 100_000 }), (above, below) => {
      // Bin 0 is up to 500 ms, bin 1 above.
      const { lowBin } = quantileBand([below, above], { quantile: 0.99, logThreshold: 3 });
      const { low } = shareInterval({ units: above + below, events: above }, 3);
      const distance = Math.abs((low ?? 0) - 0.01);
      // At the limit itself rounding decides.
      if (distance > 1e-7) expect(lowBin === 1).toBe(low !== null && low > 0.01);
    }),
  );
});
