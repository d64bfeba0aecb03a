import { manualClock } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { REQUESTS_PER_SECOND, RequestBudget } from './request-budget.ts';

test('a key that runs away is stopped until the next second, and no other key with it', () => {
  const clock = manualClock(10_000);
  const budget = new RequestBudget(clock.nowMs);
  const spent = Array.from({ length: REQUESTS_PER_SECOND + 1 }, () => budget.spend('runaway'));
  expect(spent.filter((granted) => !granted)).toHaveLength(1);
  expect(budget.spend('other')).toBe(true);
  clock.advance(1_000);
  expect(budget.spend('runaway')).toBe(true);
});
