import { expect, test } from 'vitest';
import { createSpending, foldSpending, type SpendingTick } from './conditional-spending.ts';

const rule = { alpha: 0.05, harm: 'up' } as const;
const tickOf = (control: number, treatment: number): SpendingTick => ({
  control: { units: 100, events: control },
  treatment: { units: 100, events: treatment },
  treatmentShare: 0.5,
});

test('kills a harmless treatment with probability at most alpha, counted over all that can happen', () => {
  // One event a tick, in either arm with equal probability: 2^16 ways, walked as a tree.
  const walk = (state: ReturnType<typeof createSpending>, ticks: number): number => {
    if (state.isStopped) return 1;
    if (ticks === 0) return 0;
    return [tickOf(1, 0), tickOf(0, 1)].reduce(
      (sum, tick) => sum + walk(foldSpending(state, tick, rule), ticks - 1) / 2,
      0,
    );
  };
  const killed = walk(createSpending(), 12);
  expect(killed).toBeGreaterThan(0);
  expect(killed).toBeLessThanOrEqual(rule.alpha);
});

test('is final, and says nothing of ticks without events', () => {
  let state = createSpending();
  for (let tick = 0; tick < 30; tick++) state = foldSpending(state, tickOf(0, 2), rule);
  expect(state.isStopped).toBe(true);
  expect(foldSpending(state, tickOf(50, 0), rule)).toBe(state);
  expect(foldSpending(createSpending(), tickOf(0, 0), rule)).toEqual(createSpending());
});

test('harm down is counted in control', () => {
  const down = { alpha: 0.05, harm: 'down' } as const;
  const one = foldSpending(createSpending(), tickOf(7, 2), rule);
  const other = foldSpending(createSpending(), tickOf(2, 7), down);
  expect(other).toEqual(one);
});
