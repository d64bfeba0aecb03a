import { expect, test } from 'vitest';
import { stageIndexOf } from './stage-index-of.ts';
import type { RolloutState } from './state.ts';

const by = { kind: 'key', id: 'k1', name: 'ada' } as const;
const cause = { kind: 'command', by, reason: '' } as const;
const progressing = { kind: 'progressing', stageIndex: 2, stageEnteredAtMs: 0, holds: [] } as const;

test.each<[RolloutState, number | null]>([
  [{ kind: 'scheduled', startAtMs: 0 }, null],
  [progressing, 2],
  [{ ...progressing, kind: 'baking', stageIndex: 4 }, 4],
  [{ kind: 'paused', resume: progressing, pausedAtMs: 0, by }, 2],
  [{ kind: 'aborting', fromStageIndex: 1, cause, abortedAtMs: 0, revision: null }, 1],
  [{ kind: 'rolledBack', fromStageIndex: 1, cause, atMs: 0, revision: 9, confirmedCount: 0, connectedCount: 0 }, 1],
  [{ kind: 'succeeded', atMs: 0 }, 4],
  [{ kind: 'cancelled', atMs: 0, by }, null],
])('a rollout that is $kind stands at a stage, or never began', (state, stageIndex) => {
  expect(stageIndexOf(state, 5)).toBe(stageIndex);
});
