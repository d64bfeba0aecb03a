import { expect, test } from 'vitest';
import type { RatioSums } from '../statistics/engine/tick.ts';
import { deltaMethod } from './delta-method.ts';

function sumsOf(units: readonly { readonly y: number; readonly z: number }[]): RatioSums {
  const sum = (value: (unit: { y: number; z: number }) => number) =>
    units.reduce((total, unit) => total + value(unit), 0);
  return {
    kind: 'ratio',
    units: units.length,
    sumY: sum(({ y }) => y),
    sumZ: sum(({ z }) => z),
    sumYY: sum(({ y }) => y * y),
    sumZZ: sum(({ z }) => z * z),
    sumYZ: sum(({ y, z }) => y * z),
  };
}

test('with one request a unit it is the difference of two rates, its variance with n - 1 below', () => {
  const units = (errors: number) => Array.from({ length: 100 }, (_, index) => ({ y: index < errors ? 1 : 0, z: 1 }));
  const report = deltaMethod(sumsOf(units(10)), sumsOf(units(20)), 0.95);
  expect(report?.difference).toBeCloseTo(0.1, 12);
  expect(report?.standardError).toBeCloseTo(Math.sqrt((0.1 * 0.9 + 0.2 * 0.8) / 99), 12);
  expect(report?.relative?.lift).toBeCloseTo(1, 12);
});

test('requests of one unit that fail together count as one unit, not as many', () => {
  // 40 units of 10 requests: in each arm some units fail in all of theirs.
  const units = (broken: number) => Array.from({ length: 40 }, (_, index) => ({ y: index < broken ? 10 : 0, z: 10 }));
  const report = deltaMethod(sumsOf(units(2)), sumsOf(units(4)), 0.95);
  const asRequests = Math.sqrt((0.05 * 0.95 + 0.1 * 0.9) / 400);
  expect(report?.standardError).toBeGreaterThan(3 * asRequests);
});

test('nothing below the line, or one unit, shows nothing', () => {
  const some = sumsOf([
    { y: 1, z: 2 },
    { y: 0, z: 3 },
  ]);
  expect(deltaMethod(some, sumsOf([{ y: 1, z: 1 }]), 0.95)).toBeNull();
  expect(deltaMethod(some, { ...some, sumZ: 0 }, 0.95)).toBeNull();
});
