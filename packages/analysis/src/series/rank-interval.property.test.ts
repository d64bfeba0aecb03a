import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankInterval } from './rank-interval.ts';

const found = (...asked: Parameters<typeof rankInterval>) =>
  rankInterval(...asked) ?? { shift: Number.NaN, interval: null };

// Few different values: ties in most pairs.
const tied = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 40 });
// Nothing so small that a power of two rounds it away.
const value = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((x) => (Math.abs(x) < 1e-200 ? 0 : x));
const any = fc.array(value, { minLength: 1, maxLength: 40 });
const series = fc.oneof(fc.record({ treatment: tied, control: tied }), fc.record({ treatment: any, control: any }));

test('the shift lies in its interval, with ties too', () => {
  fc.assert(
    fc.property(series, (arms) => {
      const { shift, interval } = found(arms, 0.95);
      if (interval === null) return;
      expect(interval.low).toBeLessThanOrEqual(shift);
      expect(interval.high).toBeGreaterThanOrEqual(shift);
    }),
  );
});

test('in another unit it is the same interval in that unit', () => {
  fc.assert(
    fc.property(series, fc.integer({ min: -20, max: 20 }), ({ treatment, control }, power) => {
      // Powers of two multiply without rounding.
      const scale = 2 ** power;
      const scaled = { treatment: treatment.map((x) => x * scale), control: control.map((x) => x * scale) };
      const { shift, interval } = found({ treatment, control }, 0.95);
      expect(found(scaled, 0.95)).toEqual({
        shift: shift * scale,
        interval: interval && { low: interval.low * scale, high: interval.high * scale },
      });
    }),
  );
});

test('exchanged arms negate it', () => {
  fc.assert(
    fc.property(series, ({ treatment, control }) => {
      const one = found({ treatment, control }, 0.9);
      const other = found({ treatment: control, control: treatment }, 0.9);
      expect(other.shift + one.shift).toBe(0);
      expect((other.interval?.low ?? 0) + (one.interval?.high ?? 0)).toBe(0);
    }),
  );
});

test('no pairs have no interval, and neither have more than can be held', () => {
  const many = new Array<number>(2_500).fill(1);
  expect(rankInterval({ treatment: [], control: [1] }, 0.95)).toBeNull();
  expect(rankInterval({ treatment: many, control: many }, 0.95)).toBeNull();
});
