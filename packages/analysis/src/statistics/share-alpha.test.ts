import { expect, test } from 'vitest';
import { alphaOfAttempt, alphaOfTreatments } from './share-alpha.ts';

test('all attempts together spend alpha, however many there are', () => {
  const spent = Array.from({ length: 10_000 }, (_, index) => alphaOfAttempt(0.05, index + 1));
  const total = spent.reduce((sum, alpha) => sum + alpha);
  expect(total).toBeLessThan(0.05);
  expect(total).toBeGreaterThan(0.0499);
});

test('treatments share alpha by weight', () => {
  expect(alphaOfTreatments(0.05, [3, 1, 1])).toEqual([0.03, 0.01, 0.01].map((alpha) => expect.closeTo(alpha, 12)));
});
