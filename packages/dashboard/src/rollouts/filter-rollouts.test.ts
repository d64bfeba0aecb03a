import type { RolloutView } from '@tidegate/protocol/types';
import { expect, test } from 'vitest';
import { matches, waitsFor } from './filter-rollouts.ts';

const hold = (releasedBy: string, reason: string, source = '') => ({ reason, source, releasedBy });
const rolloutOf = (state: object) =>
  ({
    flagKey: 'new-checkout',
    environment: 'shop/production',
    plan: { treatment: 'on' },
    createdBy: { name: 'Ada' },
    state,
  }) as unknown as RolloutView;
const held = (...holds: object[]) => rolloutOf({ kind: 'progressing', holds });

test('it is found by its flag, its environment and who began it, in any order', () => {
  const found = (search: string) => matches(held(), { search, state: 'all' });
  expect(['', 'checkout', 'ADA new', 'production'].map(found)).toEqual([true, true, true, true]);
  expect(found('ada search')).toBe(false);
});

test('what asks for somebody is told apart from what goes by itself', () => {
  const isWaiting = (rollout: RolloutView) => matches(rollout, { search: '', state: 'waiting' });
  expect(isWaiting(held(hold('approval', 'approval', 'stage 2')))).toBe(true);
  expect(isWaiting(rolloutOf({ kind: 'paused', by: { name: 'Eve' } }))).toBe(true);
  expect(isWaiting(held(hold('time', 'stage-timer')))).toBe(false);
  expect(matches(rolloutOf({ kind: 'rolledBack' }), { search: '', state: 'killed' })).toBe(true);
  expect(matches(rolloutOf({ kind: 'rolledBack' }), { search: '', state: 'running' })).toBe(false);
});

test('who must act comes first, and a clock is only told of when there is nothing else', () => {
  const words = (rollout: RolloutView) => waitsFor(rollout).map((wait) => wait.words);
  const waits = held(
    hold('time', 'stage-timer'),
    hold('evidence', 'min-sample'),
    hold('gate', 'gate', 'change'),
    hold('approval', 'approval', 'stage 2'),
  );
  expect(words(waits)).toEqual(['gate change', 'people: stage 2', 'min-sample']);
  expect(words(held(hold('time', 'stage-timer')))).toEqual(['its time']);
});
