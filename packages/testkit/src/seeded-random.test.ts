import { expect, test } from 'vitest';
import { seededRandom } from './seeded-random.ts';

test('the same seed gives the same numbers, another seed others', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed).next);
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(draw(7)).not.toEqual(draw(7 + 2 ** 32));
});

test('numbers stay in [0, 1) and fill ten equal bins evenly', () => {
  const { next } = seededRandom(1);
  const binCounts = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 100_000; draw++) {
    const bin = Math.floor(next() * 10);
    binCounts[bin] = (binCounts[bin] ?? Number.NaN) + 1;
  }
  expect(binCounts).toHaveLength(10);
  // Six standard deviations of a binomial(100 000, 1/10).
  for (const count of binCounts) expect(Math.abs(count - 10_000)).toBeLessThan(570);
});

test('integers reach both ends of their range and nothing beyond', () => {
  const random = seededRandom(2);
  const drawn = new Set(Array.from({ length: 200 }, () => random.int(-1, 3)));
  expect([...drawn].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
});
