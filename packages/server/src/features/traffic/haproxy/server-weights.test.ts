import { describe, expect, test } from 'vitest';
import { shareOf, weightsFor } from './server-weights.ts';

const ONE_EACH = { treatment: 1, control: 1 };

test.each([
  [0, { treatment: 0, control: 100 }],
  [10_000, { treatment: 1, control: 99 }],
  [250_000, { treatment: 1, control: 3 }],
  [500_000, { treatment: 1, control: 1 }],
  [1_000_000, { treatment: 100, control: 0 }],
])('%i ppm between one server each is the smallest weights that say it', (weightPpm, weights) => {
  expect(weightsFor(weightPpm, ONE_EACH)).toEqual(weights);
  expect(shareOf(weights)).toBe(weightPpm);
});

test('a share that weights cannot say is within a five-hundredth, and some is never none', () => {
  for (let weightPpm = 1; weightPpm < 1_000_000; weightPpm += 9_973) {
    const weights = weightsFor(weightPpm, ONE_EACH);
    expect(Math.min(weights.treatment, weights.control)).toBeGreaterThan(0);
    expect(Math.max(weights.treatment, weights.control)).toBeLessThanOrEqual(256);
    expect(Math.abs((shareOf(weights) ?? 0) - weightPpm)).toBeLessThanOrEqual(4_000);
  }
});

describe('several servers', () => {
  test('share what their arm gets', () => {
    const sizes = { treatment: 1, control: 4 };
    const { treatment, control } = weightsFor(200_000, sizes);
    expect(shareOf({ treatment, control: 4 * control })).toBe(200_000);
  });

  test('of whom none has a weight have no share', () => {
    expect(shareOf({ treatment: 0, control: 0 })).toBeNull();
  });
});
