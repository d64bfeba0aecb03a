import { expect, test } from 'vitest';
import { clopperPearsonInterval, twoProportion, wilsonInterval } from './two-proportion.ts';

test("Newcombe's example: 56 of 70 against 48 of 80", () => {
  const { newcombe, difference } = twoProportion({ hits: 48, units: 80 }, { hits: 56, units: 70 }, 0.95);
  expect(difference).toBeCloseTo(0.2, 14);
  expect(newcombe[0]).toBeCloseTo(0.0524, 4);
  expect(newcombe[1]).toBeCloseTo(0.3339, 4);
});

test('when nobody did it the z test shows nothing and the intervals start at zero', () => {
  const none = { hits: 0, units: 100 };
  expect(twoProportion(none, none, 0.95)).toMatchObject({ z: 0, relativeLift: null, ratio: null });
  expect(twoProportion(none, none, 0.95).p.twoSided).toBe(1);
  expect(wilsonInterval(none, 0.95)[0]).toBe(0);
  expect(clopperPearsonInterval(none, 0.95)[0]).toBe(0);
  // (1 - p)^100 is 2.5 % there.
  expect((1 - clopperPearsonInterval(none, 0.95)[1]) ** 100).toBeCloseTo(0.025, 12);
});

test('when everybody did it the intervals end at one', () => {
  const all = { hits: 9, units: 9 };
  expect(wilsonInterval(all, 0.95)[1]).toBe(1);
  expect(clopperPearsonInterval(all, 0.95)[1]).toBe(1);
});
