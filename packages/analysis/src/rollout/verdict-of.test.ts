import { expect, test } from 'vitest';
import { aborting, ada, at, T0 } from './decision.fixture.ts';
import type { Hold, HoldReason } from './hold.ts';
import type { RolloutState } from './state.ts';
import { type Goal, verdictOf } from './verdict-of.ts';

const GOALS: readonly Goal[] = [
  { kind: 'succeeded' },
  { kind: 'stage', stageIndex: 1 },
  { kind: 'healthy' },
  { kind: 'rolled-back' },
];

const held = (reason: HoldReason, outcome: Hold['outcome'] = 'abort'): Hold => {
  return { reason, source: '', detail: '', sinceMs: T0, untilMs: T0 + 1_000, outcome, releasedBy: 'evidence' };
};
const verdicts = (state: RolloutState, nowMs = T0) =>
  GOALS.map((goal) => verdictOf({ state, stageCount: 3 }, goal, nowMs));

const cause = { kind: 'command', by: ada, reason: '' } as const;
const ended = { fromStageIndex: 1, cause, atMs: T0, revision: 1, confirmedCount: 0, connectedCount: 0 };

test.each([
  ['a draft', { kind: 'draft' }, ['running', 'running', 'running', 'running']],
  ['scheduled', { kind: 'scheduled', startAtMs: T0 }, ['running', 'running', 'running', 'running']],
  ['in the first stage', at(0), ['running', 'running', 'successful', 'running']],
  ['in the second', at(1), ['running', 'successful', 'successful', 'running']],
  ['baking', at(2), ['running', 'successful', 'successful', 'running']],
  [
    'paused in the second',
    { kind: 'paused', resume: at(1), pausedAtMs: T0, by: ada },
    ['inconclusive', 'successful', 'inconclusive', 'inconclusive'],
  ],
  [
    'frozen in the first',
    { kind: 'frozen', resume: at(0), frozenAtMs: T0, cause },
    ['inconclusive', 'inconclusive', 'inconclusive', 'inconclusive'],
  ],
  ['being rolled back', aborting(1), ['failed', 'failed', 'failed', 'successful']],
  ['rolled back', { kind: 'rolledBack', ...ended }, ['failed', 'failed', 'failed', 'successful']],
  ['succeeded', { kind: 'succeeded', atMs: T0 }, ['successful', 'successful', 'successful', 'failed']],
  ['cancelled', { kind: 'cancelled', atMs: T0, by: ada }, ['failed', 'failed', 'failed', 'failed']],
] as const)('%s', (_, state, expected) => {
  expect(verdicts(state)).toEqual(expected);
});

test('a hold that doubts the treatment is not healthy, and one that waits for time or people is', () => {
  expect(verdicts(at(0, [held('no-data')]))[2]).toBe('running');
  expect(verdicts(at(0, [held('stage-timer'), held('approval'), held('gate')]))[2]).toBe('successful');
});

test('a doubt that the plan passes over by now is none', () => {
  const state = at(0, [held('no-data', 'continue')]);
  expect(verdicts(state, T0 + 999)[2]).toBe('running');
  expect(verdicts(state, T0 + 1_000)[2]).toBe('successful');
});

test('a stage that the plan has not is never reached', () => {
  const goal = { kind: 'stage', stageIndex: 7 } as const;
  expect(verdictOf({ state: { kind: 'succeeded', atMs: T0 }, stageCount: 3 }, goal, T0)).toBe('failed');
});
