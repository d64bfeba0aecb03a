import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bracketRoot } from './bracket-root.ts';

const root = fc.double({ min: -9.9, max: 9.9, noNaN: true });

test('the bracket stays around the root and becomes as narrow as asked', () => {
  const shapes: readonly ((distance: number) => number)[] = [
    (distance) => distance,
    (distance) => distance ** 3,
    (distance) => Math.sign(distance) * Math.sqrt(Math.abs(distance)),
    (distance) => Math.expm1(3 * distance),
    (distance) => Math.sign(distance),
  ];
  fc.assert(
    fc.property(root, fc.constantFrom(...shapes), (at, shape) => {
      const ends = { low: -10, high: 10, atLow: shape(at + 10), atHigh: shape(at - 10) };
      const { low, high } = bracketRoot((x) => shape(at - x), ends, 1e-6);
      expect(shape(at - low)).toBeGreaterThanOrEqual(0);
      expect(shape(at - high)).toBeLessThan(0);
      expect(high - low).toBeLessThanOrEqual(1e-6);
    }),
  );
});

test('a smooth function takes a third of the steps of bisection', () => {
  let calls = 0;
  const smooth = (x: number) => {
    calls++;
    return 2 - Math.exp(x);
  };
  bracketRoot(smooth, { low: -10, high: 10, atLow: 2 - Math.exp(-10), atHigh: 2 - Math.exp(10) }, 1e-9);
  expect(calls).toBeLessThanOrEqual(11);
});
