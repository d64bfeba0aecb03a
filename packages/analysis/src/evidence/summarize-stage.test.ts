import { buildBatch } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { applyRecord } from './apply-record.ts';
import type { EpochGuard, EpochPlan } from './epoch.ts';
import { createEvidence } from './evidence-state.ts';
import { summarizeStage } from './summarize-stage.ts';

const shared = { event: 'buy', harm: 'down', browserEvidence: false } as const;
const guards: readonly EpochGuard[] = [
  { ...shared, key: 'bought' },
  { ...shared, key: 'revenue', kind: 'mean', windowMs: 60_000 },
  { ...shared, key: 'latency', kind: 'histogram' },
];
const stages = [{ treatmentPpm: 10_000 }, { treatmentPpm: 100_000 }];
const plan: EpochPlan = { rolloutId: 'r1', epoch: 1, salt: 's', seed: 7, stages, guards };

test('a stage is told stratum by stratum, with what closed ticks and the open one counted, but for distributions', () => {
  const state = createEvidence({ positionPpm: (h0) => h0 });
  applyRecord(state, { kind: 'epoch-opened', atMs: 0, plan });
  const [treated, control] = [1, 500_000];
  for (const [stage, receivedAtMs] of [0, 100_000].entries()) {
    const batch = buildBatch({
      seq: stage + 1,
      exposures: [
        { unit: treated, arm: 'treatment', stage },
        { unit: control, arm: 'control', stage },
      ],
      outcomes: [{ unit: control, event: 'buy', value: 5 }],
    });
    applyRecord(state, { kind: 'batch', receivedAtMs, origin: 'server', batch });
  }
  const [first, ...others] = summarizeStage(state, { rolloutId: 'r1', epoch: 1, stageIndex: 0 }) ?? [];
  expect(others).toEqual([]);
  expect(first).toEqual({
    stageIndex: 0,
    formerControlOf: null,
    treatmentShare: 0.01,
    units: { control: 1, treatment: 1 },
    guards: {
      bought: { control: { kind: 'rate', units: 1, events: 1 }, treatment: { kind: 'rate', units: 1, events: 0 } },
      revenue: {
        control: { kind: 'mean', units: 1, sum: 5, sumSquares: 25 },
        treatment: { kind: 'mean', units: 1, sum: 0, sumSquares: 0 },
      },
    },
  });
  const later = summarizeStage(state, { rolloutId: 'r1', epoch: 1, stageIndex: 1 });
  expect(later).toMatchObject([{ formerControlOf: 0, units: { control: 1, treatment: 0 } }]);
});
