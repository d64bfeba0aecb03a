import { buildRolloutView } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { describeConfirmation, describeState, outcomeOf } from './describe-state.ts';

const ops = { kind: 'key', id: 'k1', name: 'ops' } as const;
const harm = { kind: 'harm', metric: 'run-errors', logEvidence: 3.162, logThreshold: 2.996 } as const;
const { plan } = buildRolloutView();

test('each state reads as one phrase with what an operator needs first', () => {
  const active = { kind: 'progressing', stageIndex: 1, stageEnteredAtMs: 0, holds: [] } as const;
  expect(describeState({ plan, state: active })).toBe('progressing, stage 2 of 3 (5%)');
  expect(describeState({ plan, state: { kind: 'paused', resume: active, pausedAtMs: 0, by: ops } })).toBe(
    'paused by ops, stage 2 of 3 (5%)',
  );
  expect(describeState({ plan, state: { ...active, kind: 'baking', stageIndex: 2 } })).toContain(
    'late outcomes can still kill it',
  );
  expect(describeState({ plan, state: { kind: 'succeeded', atMs: 0 } })).toBe('succeeded: everybody gets on');
  expect(describeState({ plan, state: { kind: 'scheduled', startAtMs: 0 } })).toBe(
    'scheduled for 1970-01-01 00:00:00Z',
  );
  expect(describeState({ plan, state: { kind: 'cancelled', atMs: 0, by: ops } })).toBe(
    'cancelled by ops before it started',
  );
});

test('a success says who has the treatment: everybody, as many as the cap, or all but what is held back', () => {
  const held = { ...plan, holdback: { ppm: 10_000, durationMs: 60_000 } };
  expect(describeState({ plan: held, state: { kind: 'heldBack', sinceMs: 0, untilMs: 60_000 } })).toBe(
    'succeeded, 1% keep off until 1970-01-01 00:01:00Z',
  );
  const capped = { ...plan, maxTreatmentPpm: 300_000 };
  expect(describeState({ plan: capped, state: { kind: 'succeeded', atMs: 0 } })).toBe('succeeded: 30% get on');
  expect(describeState({ plan, state: { kind: 'superseded', fromStageIndex: 1, atMs: 0, by: ops } })).toBe(
    'superseded by ops, who took its rule',
  );
});

test('a hold is part of the state', () => {
  const hold = {
    reason: 'no-data',
    detail: 'no exposure for 15m',
    source: '',
    sinceMs: 0,
    untilMs: null,
    outcome: 'hold',
    releasedBy: 'evidence',
  } as const;
  const state = { kind: 'progressing', stageIndex: 0, stageEnteredAtMs: 0, holds: [hold] } as const;
  expect(describeState({ plan, state })).toBe('progressing, stage 1 of 3 (1%), held: no-data');
});

test('a kill says whether the evidence or a person did it', () => {
  const killed = {
    kind: 'rolledBack',
    fromStageIndex: 0,
    atMs: 0,
    revision: 9,
    confirmedCount: 2,
    connectedCount: 2,
  } as const;
  expect(describeState({ plan, state: { ...killed, cause: harm } })).toBe(
    'killed at stage 1 of 3 (1%): run-errors is worse in treatment, evidence 3.16 of 3.00',
  );
  const cause = { kind: 'command', by: ops, reason: 'pager\u001b[2J' } as const;
  expect(describeState({ plan, state: { ...killed, cause } })).toBe(
    'killed at stage 1 of 3 (1%): aborted by ops (pager)',
  );
});

test('only the end of a rollout is an outcome', () => {
  expect(outcomeOf(buildRolloutView().state)).toBe('running');
  const aborting = { kind: 'aborting', fromStageIndex: 0, cause: harm, abortedAtMs: 0, revision: null } as const;
  expect(outcomeOf(aborting)).toBe('running');
  expect(outcomeOf({ kind: 'succeeded', atMs: 0 })).toBe('succeeded');
  expect(outcomeOf({ kind: 'heldBack', sinceMs: 0, untilMs: 1 })).toBe('succeeded');
  expect(outcomeOf({ kind: 'superseded', fromStageIndex: null, atMs: 0, by: ops })).toBe('superseded');
});

test('who has what was last published is said in numbers, also when nobody is there', () => {
  expect(describeConfirmation(buildRolloutView())).toBe('3 of 3 connected SDKs confirmed revision 12');
  expect(describeConfirmation({ confirmation: { connectedCount: 0, confirmedCount: 0, revision: 4 } })).toBe(
    'no SDK is connected (revision 4)',
  );
  expect(describeConfirmation({ confirmation: null })).toBeUndefined();
});
