import type { RolloutView } from '@tidegate/protocol/types';
import { expect, test } from 'vitest';
import { describeConfirmation, describeStages, describeState } from './describe-rollout.ts';

const plan: RolloutView['plan'] = {
  flagKey: 'new-checkout',
  rule: 'fallthrough',
  treatment: 'on',
  control: 'off',
  unit: 'targetingKey',
  stages: [10_000, 250_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 0, minUnits: 1 })),
  bakeMs: 0,
  alpha: 0.05,
  guards: [],
  noDataMs: 1_000,
  confirmMs: 1_000,
};
const cause = { kind: 'harm', metric: 'run-errors', logEvidence: 3.2, logThreshold: 3 } as const;

test('the ramp shows what is behind, where it stands, and what is ahead', () => {
  const state = { kind: 'progressing', stageIndex: 1, stageEnteredAtMs: 0, holds: [] } as const;
  expect(describeStages({ plan, state, stageIndex: 1 })).toEqual([
    { share: '1%', mark: 'past' },
    { share: '25%', mark: 'current' },
    { share: '100%', mark: 'ahead' },
  ]);
  expect(describeState({ plan, state })).toEqual({ words: 'progressing, stage 2 of 3', tone: 'plain' });
});

test('a kill marks the stage where it happened, and says why', () => {
  const state = { kind: 'aborting', fromStageIndex: 0, cause, abortedAtMs: 0, revision: 7 } as const;
  expect(describeStages({ plan, state, stageIndex: 0 })[0]).toEqual({ share: '1%', mark: 'stopped' });
  expect(describeState({ plan, state })).toEqual({
    words: 'killed, waiting for SDKs to confirm: run-errors is worse in treatment, evidence 3.20 of 3.00',
    tone: 'bad',
  });
});

test('before the start every stage is ahead, after success none is', () => {
  const scheduled = describeStages({ plan, state: { kind: 'scheduled', startAtMs: 0 }, stageIndex: null });
  expect(scheduled.every(({ mark }) => mark === 'ahead')).toBe(true);
  expect(describeStages({ plan, state: { kind: 'succeeded', atMs: 0 }, stageIndex: 2 }).at(-1)?.mark).toBe('current');
});

test('confirmations are numbers, also when nobody is there', () => {
  const confirmation = { connectedCount: 3, confirmedCount: 2, revision: 9 };
  expect(describeConfirmation({ confirmation })).toBe('2 of 3 connected SDKs confirmed revision 9.');
  expect(describeConfirmation({ confirmation: { ...confirmation, connectedCount: 0 } })).toContain('No SDK');
  expect(describeConfirmation({ confirmation: null })).toBeUndefined();
});
