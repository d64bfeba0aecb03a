import type { RolloutView } from '@tidegate/protocol/types';
import { expect, test } from 'vitest';
import { describeNextStep } from './next-step.ts';

const stages = [50_000, 250_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 60_000, minUnits: 100 }));
// Only its stages are looked at.
const plan = { stages } as unknown as RolloutView['plan'];
type State = RolloutView['state'];
type Hold = Extract<State, { kind: 'progressing' }>['holds'][number];
const NOW = 1_700_000_000_000;
const hold = (more: Partial<Hold>): Hold => ({
  reason: 'stage-timer',
  source: '',
  detail: 'The stage lasts a minute.',
  sinceMs: NOW,
  untilMs: NOW + 60_000,
  outcome: 'ends',
  releasedBy: 'time',
  ...more,
});
const told = (holds: readonly Hold[], kind: 'progressing' | 'baking' = 'progressing') =>
  describeNextStep({ plan, state: { kind, stageIndex: 0, stageEnteredAtMs: NOW, holds } }, NOW);

test('a stage that only its timer holds says when the next one comes', () => {
  const { next, waits } = told([hold({})]);
  expect(next).toMatch(/^Next: 25% at .+ \(in 1m\), if no guard shows harm\.$/);
  expect(waits).toEqual([{ reason: 'stage-timer', source: '', detail: 'The stage lasts a minute. Ends in 1m.' }]);
});

test('where something else holds too, the timer says only when it may be at the earliest', () => {
  const sample = hold({
    reason: 'min-sample',
    detail: '40 of 100 units',
    untilMs: null,
    outcome: 'hold',
    releasedBy: 'evidence',
  });
  expect(told([hold({}), sample]).next).toMatch(/at the earliest, if/);
});

test('a proof that is waited for is part of the condition, with what happens when it does not come', () => {
  const proof = hold({ reason: 'evidence', source: 'run-errors', detail: 'no proof yet', outcome: 'abort' });
  const { next, waits } = told([proof]);
  expect(next).toBe('Next: 25%, if no guard shows harm and run-errors is proved safe.');
  expect(waits[0]?.detail).toBe('no proof yet. Rolled back in 1m otherwise.');
});

test('a hold of a kind that this page does not know is told in the server’s words', () => {
  const strange = { ...hold({ detail: 'the moon is not full', untilMs: null }), reason: 'moon' as Hold['reason'] };
  expect(told([strange]).waits).toEqual([{ reason: 'moon', source: '', detail: 'the moon is not full.' }]);
});

test('after the last stage it is done', () => {
  expect(told([hold({})], 'baking').next).toMatch(/^Next: done at /);
});
