import type { DecisionView, RolloutView } from '@tidegate/protocol/types';
import { expect, test } from 'vitest';
import { labelledShares, shareTimeline, stepPath } from './share-timeline-points.ts';

const stages = [50_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 100, minUnits: 1 }));
const plan = { stages, bakeMs: 50 } as unknown as RolloutView['plan'];
type Served = DecisionView['decision']['serve'];
const decision = (sequence: number, atMs: number, serve?: Served) =>
  ({ sequence, atMs, decision: { serve } }) as unknown as DecisionView;
const progressing = { kind: 'progressing', stageIndex: 0, stageEnteredAtMs: 1_000, holds: [] } as const;

test('the past is what decisions served, in their order, and the future what the plan allows at the earliest', () => {
  const decisions = [decision(2, 1_050), decision(1, 1_000, { kind: 'stage', stageIndex: 0 })];
  expect(shareTimeline({ plan, state: progressing, createdAtMs: 0 }, decisions, 1_060)).toEqual({
    past: [{ atMs: 1_000, ppm: 50_000 }],
    ahead: [
      { atMs: 1_060, ppm: 50_000 },
      { atMs: 1_100, ppm: 1_000_000 },
      { atMs: 1_150, ppm: 1_000_000 },
    ],
    fromMs: 1_000,
    toMs: 11_000,
  });
});

test('a stage that is held beyond its timer leaves now at the earliest', () => {
  const { ahead } = shareTimeline({ plan, state: progressing, createdAtMs: 0 }, [], 5_000);
  expect(ahead[1]).toEqual({ atMs: 5_000, ppm: 1_000_000 });
});

test('a kill falls to nothing, and has no future', () => {
  const state = { kind: 'succeeded', atMs: 0 } as const;
  const decisions = [decision(1, 1_000, { kind: 'stage', stageIndex: 0 }), decision(2, 2_000, { kind: 'anchor' })];
  const { past, ahead } = shareTimeline({ plan, state, createdAtMs: 0 }, decisions, 9_000);
  expect(past.at(-1)).toEqual({ atMs: 2_000, ppm: 0 });
  expect(ahead).toEqual([]);
});

test('the line stays at a share until the next one', () => {
  const points = [
    { atMs: 0, ppm: 1 },
    { atMs: 5, ppm: 2 },
  ];
  expect(stepPath(points, 9, { x: (atMs) => atMs, y: (ppm) => ppm * 10 })).toBe('M0 10H5V20H9');
  expect(stepPath([], 9, { x: () => 0, y: () => 0 })).toBe('');
});

test('of shares that lie close together the present one and the last are labelled, and what fits between', () => {
  const shares = [700_000, 800_000, 900_000, 1_000_000];
  expect([...labelledShares({ shares, present: 900_000, room: 0.07 })]).toEqual([900_000, 700_000]);
  expect([...labelledShares({ shares, present: undefined, room: 0.07 })]).toEqual([1_000_000, 700_000]);
});
