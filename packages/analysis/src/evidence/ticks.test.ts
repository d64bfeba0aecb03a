import { buildBatch } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { applyRecord } from './apply-record.ts';
import type { EpochGuard, EpochPlan } from './epoch.ts';
import { createEvidence, type EvidenceState } from './evidence-state.ts';
import { summarize } from './summarize.ts';

const errors: EpochGuard = { key: 'errors', event: 'error', harm: 'up', browserEvidence: false };
const plan: EpochPlan = {
  rolloutId: 'r1',
  epoch: 1,
  salt: 's',
  seed: 7,
  stages: [{ treatmentPpm: 500_000 }, { treatmentPpm: 1_000_000 }],
  guards: [errors, { ...errors, key: 'revenue', kind: 'mean', windowMs: 60_000, harm: 'down' }],
};

function open(): EvidenceState {
  return applyRecord(createEvidence({ positionPpm: (h0) => h0 }), { kind: 'epoch-opened', atMs: 0, plan });
}

function expose(state: EvidenceState, receivedAtMs: number, unit: number): void {
  const batch = buildBatch({
    seq: unit,
    exposures: [{ unit, arm: 'treatment' }],
    outcomes: [{ unit, event: 'error' }],
  });
  applyRecord(state, { kind: 'batch', receivedAtMs, origin: 'server', batch });
}

function ticksOf(state: EvidenceState) {
  const ticks = summarize(state, 'r1', 1)?.ticks;
  if (ticks === undefined) throw new Error('The epoch has no ticks.');
  return ticks;
}

test('a tick is closed by the first record of a later one', () => {
  const state = open();
  expose(state, 1_000, 1);
  expose(state, 9_999, 2);
  expect(ticksOf(state)).toMatchObject({ state: { tickCount: 0 }, pending: { strata: [{ units: { treatment: 2 } }] } });
  expose(state, 10_000, 3);
  expect(ticksOf(state)).toMatchObject({ state: { tickCount: 1 }, pending: { strata: [{ units: { treatment: 1 } }] } });
});

test('ticks in which nothing was counted are none, however long it was quiet', () => {
  const state = open();
  expose(state, 1_000, 1);
  const quiet = (receivedAtMs: number, seq: number) => {
    applyRecord(state, { kind: 'batch', receivedAtMs, origin: 'server', batch: buildBatch({ seq }) });
  };
  quiet(50_000, 2);
  expect(ticksOf(state).state.tickCount).toBe(1);
  quiet(55_000, 3);
  quiet(3_600_000, 4);
  // The window of the first unit ended meanwhile: that is what the second tick says.
  quiet(3_700_000, 5);
  quiet(9_000_000, 6);
  expect(ticksOf(state).state.tickCount).toBe(2);
});

test('windows that ended before a record belong to the ticks before it', () => {
  const state = open();
  expose(state, 1_000, 1);
  expose(state, 75_000, 2);
  const { pending, state: engine } = ticksOf(state);
  expect(engine.tickCount).toBe(1);
  expect(pending.strata).toMatchObject([{ units: { treatment: 1 } }]);
  expect(pending.strata[0]?.guards).not.toHaveProperty('revenue');
});

test('the order of arrival within a tick, and how it was cut into batches, change nothing', () => {
  const rows = [1, 2, 3, 700_000, 700_001].map((unit) => ({
    exposure: { unit, arm: unit < 500_000 ? ('treatment' as const) : ('control' as const), ageMs: 500 },
    outcome: { unit, event: 'error', value: unit % 7, ageMs: 400 },
  }));
  const inOne = open();
  const all = { exposures: rows.map(({ exposure }) => exposure), outcomes: rows.map(({ outcome }) => outcome) };
  applyRecord(inOne, { kind: 'batch', receivedAtMs: 1_000, origin: 'server', batch: buildBatch(all) });
  const inMany = open();
  for (const [index, { exposure, outcome }] of rows.toReversed().entries()) {
    const late = buildBatch({ instance: 'a', seq: index + 1, outcomes: [outcome] });
    const first = buildBatch({ instance: 'b', seq: index + 1, exposures: [exposure] });
    for (const batch of [late, first]) {
      applyRecord(inMany, { kind: 'batch', receivedAtMs: 1_000, origin: 'server', batch });
    }
  }
  for (const state of [inOne, inMany]) {
    const batch = buildBatch({ instance: 'end', seq: 1 });
    applyRecord(state, { kind: 'batch', receivedAtMs: 90_000, origin: 'server', batch });
    applyRecord(state, { kind: 'batch', receivedAtMs: 100_000, origin: 'server', batch: { ...batch, seq: 2 } });
  }
  expect(ticksOf(inMany)).toEqual(ticksOf(inOne));
  expect(summarize(inMany, 'r1', 1)?.guards).toEqual(summarize(inOne, 'r1', 1)?.guards);
});

test('an epoch opens with the terms of its plan, each guard with its own', () => {
  const state = createEvidence({ positionPpm: (h0) => h0 });
  const guards = [{ ...errors, tolerance: 1.02, margins: [1.5, null] }];
  applyRecord(state, { kind: 'epoch-opened', atMs: 0, plan: { ...plan, guards } });
  expect(ticksOf(state).config).toEqual({
    stageCount: 2,
    guards: [{ key: 'errors', kind: 'rate', law: 'design', harm: 'up', tolerance: 1.02, margins: [1.5, null] }],
  });
});

test('the stage in force is the one that the log tells, whatever exposures say', () => {
  const state = createEvidence({ positionPpm: (h0) => h0 });
  applyRecord(state, { kind: 'epoch-opened', atMs: 0, plan: { ...plan, stageIndex: 0 } });
  const batch = buildBatch({ exposures: [{ unit: 1, arm: 'treatment', stage: 1 }] });
  applyRecord(state, { kind: 'batch', receivedAtMs: 1_000, origin: 'browser', batch });
  expect(ticksOf(state).pending.stageIndex).toBe(0);
  applyRecord(state, { kind: 'stage-entered', atMs: 2_000, rolloutId: 'r1', epoch: 1, stageIndex: 1 });
  expect(ticksOf(state).pending.stageIndex).toBe(1);
});

test('in an epoch that opened before stages were told, the highest stage of an exposure is in force', () => {
  const state = open();
  const batch = buildBatch({ exposures: [{ unit: 1, arm: 'treatment', stage: 1 }] });
  applyRecord(state, { kind: 'batch', receivedAtMs: 1_000, origin: 'server', batch });
  expect(ticksOf(state).pending.stageIndex).toBe(1);
});
