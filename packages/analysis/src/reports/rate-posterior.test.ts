import { expect, test } from 'vitest';
import { ratePosterior } from './rate-posterior.ts';

test('equal counts over equal exposure are a coin', () => {
  const arm = { events: 12, exposure: 300 };
  expect(ratePosterior(arm, arm).treatmentGreater).toBeCloseTo(0.5, 12);
});

test('of two waiting times the shorter exposure has the higher rate in proportion', () => {
  const { treatmentGreater } = ratePosterior({ events: 0, exposure: 3 }, { events: 0, exposure: 1 });
  expect(treatmentGreater).toBeCloseTo(3 / 4, 12);
});
