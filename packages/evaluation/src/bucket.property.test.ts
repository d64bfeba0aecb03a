import { describe, expect, test } from 'vitest';
import { positionPpm, seedOf, unitHash } from './bucket.ts';

const UNITS = 20_000;
const SALTS = 40;

// Realistic and much alike, which is where weak hashes fail: numbered users, and flags that differ in one character.
const h0s = Array.from({ length: UNITS }, (_, index) => unitHash(`user-${index}`));
const seeds = Array.from({ length: SALTS }, (_, index) => seedOf(`new-checkout-${index}`));
// As layers are salted, over the same flags' salts and over numbers.
const layerSeeds = Array.from({ length: SALTS }, (_, index) =>
  seedOf(`layer/${index % 2 === 0 ? `new-checkout-${index}` : index}`),
);
const positionsUnder = (seed: number) => h0s.map((h0) => positionPpm(h0, seed));
const positions = seeds.map(positionsUnder);
const layerPositions = layerSeeds.map(positionsUnder);

describe('positions', () => {
  test('fill a hundred equal buckets evenly under every salt', () => {
    const bucketCount = 100;
    const chiSquares = positions.map((ofSalt) => {
      const counts = new Array<number>(bucketCount).fill(0);
      for (const position of ofSalt) {
        const bucket = Math.floor(position / 10_000);
        counts[bucket] = (counts[bucket] ?? Number.NaN) + 1;
      }
      const expected = UNITS / bucketCount;
      return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    });
    // Chi-square with 99 degrees of freedom: the 0.9999 quantile is 156, and 40 salts are 40 draws.
    expect(Math.max(...chiSquares)).toBeLessThan(156);
    // The mean of 40 such sums is 99 with a standard deviation of 2.2: neither clumped nor suspiciously even.
    const mean = chiSquares.reduce((sum, value) => sum + value, 0) / SALTS;
    expect(Math.abs(mean - 99)).toBeLessThan(4 * 2.2);
  });

  test.each([10_000, 100_000, 500_000])('of two salts are independent in their first %i ppm', (sharePpm) => {
    expectIndependence(pairsOf(positions), sharePpm);
  });

  test.each([10_000, 100_000, 500_000])('of two layers are independent in their first %i ppm', (sharePpm) => {
    expectIndependence(pairsOf(layerPositions), sharePpm);
  });

  test.each([10_000, 100_000, 500_000])(
    'of a layer and a flag in it are independent in their first %i ppm',
    (sharePpm) => {
      const pairs = layerPositions.flatMap((layer) => positions.map((flag) => [layer, flag] as const));
      expectIndependence(pairs, sharePpm);
    },
  );
});

function expectIndependence(
  pairs: readonly (readonly [readonly number[], readonly number[]])[],
  sharePpm: number,
): void {
  const phis = pairs.map(([left, right]) => phi(left, right, sharePpm));
  const standardDeviation = 1 / Math.sqrt(UNITS);
  const worst = Math.max(...phis.map(Math.abs));
  const mean = phis.reduce((sum, value) => sum + value, 0) / phis.length;
  // At most 1,600 pairs: under independence one in 1,000 such tests sees a deviation beyond 5. At 1 % two units are
  // expected in both, and the tail is that of Poisson: 12 of them, which is 7, are seen in one of 450 tests.
  expect(worst).toBeLessThan((sharePpm === 10_000 ? 7 : 5) * standardDeviation);
  expect(Math.abs(mean)).toBeLessThan((4 * standardDeviation) / Math.sqrt(phis.length));
}

/** The correlation of being among the first units of one salt and among those of the other. */
function phi(left: readonly number[], right: readonly number[], sharePpm: number): number {
  let leftCount = 0;
  let rightCount = 0;
  let bothCount = 0;
  for (let unit = 0; unit < UNITS; unit++) {
    const inLeft = (left[unit] ?? Number.NaN) < sharePpm;
    const inRight = (right[unit] ?? Number.NaN) < sharePpm;
    if (inLeft) leftCount++;
    if (inRight) rightCount++;
    if (inLeft && inRight) bothCount++;
  }
  const covariance = bothCount / UNITS - (leftCount / UNITS) * (rightCount / UNITS);
  const variance = (count: number) => (count / UNITS) * (1 - count / UNITS);
  return covariance / Math.sqrt(variance(leftCount) * variance(rightCount));
}

function pairsOf<T>(items: readonly T[]): (readonly [T, T])[] {
  return items.flatMap((left, index) => items.slice(index + 1).map((right) => [left, right] as const));
}
