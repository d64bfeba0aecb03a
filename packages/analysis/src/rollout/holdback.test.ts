import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import { ada, at, command, harmful, look, plan, T0 } from './decision.fixture.ts';
import type { RolloutPlan } from './plan.ts';
import type { RolloutState } from './state.ts';

const WEEK_MS = 7 * 86_400_000;
const full = plan.stages.at(-1)?.minUnits ?? 0;
const held: RolloutPlan = {
  ...plan,
  stages: [...plan.stages.slice(0, -1), { treatmentPpm: 990_000, dwellMs: 0, minUnits: full }],
  holdback: { ppm: 10_000, durationMs: WEEK_MS },
  maxDuration: { afterMs: WEEK_MS / 2, then: 'abort' },
};
const state: RolloutState = { kind: 'heldBack', sinceMs: T0, untilMs: T0 + WEEK_MS };
const over = { plan: held, nowMs: T0 + WEEK_MS };

describe('a holdback', () => {
  test('begins with the success, waits for no control of its own, and changes nothing that is served', () => {
    const decision = decide(look(at(2), { plan: held }));
    expect(decision).toMatchObject({ kind: 'hold-back', state: { kind: 'heldBack', untilMs: T0 + 120_000 + WEEK_MS } });
    expect(decision).not.toHaveProperty('serve');
  });

  test('ends at its time, also when nobody looked for days, and whatever its longest duration', () => {
    expect(decide(look(state, { plan: held, nowMs: T0 + WEEK_MS - 1 }))).toMatchObject({
      kind: 'hold',
      changed: false,
    });
    const last = decide(look(state, { ...over, lastLookAtMs: null }));
    expect(last).toMatchObject({ kind: 'succeed', state: { kind: 'succeeded' }, serve: { kind: 'treatment' } });
  });

  test('is put off by a freeze, and nobody passes that', () => {
    const freeze = { untilMs: T0 + 2 * WEEK_MS, by: ada, reason: '' };
    const waiting = decide(look(state, { ...over, freeze }));
    expect(waiting.state).toMatchObject({ kind: 'heldBack', holds: [{ reason: 'freeze' }] });
    expect(decide(look(waiting.state, { ...over, freeze })).changed).toBe(false);
    expect(decide(look(waiting.state, { ...over, freeze, command: command('promote') })).kind).toBe('refuse');
    expect(decide(look(waiting.state, { ...over, freeze, nowMs: T0 + 2 * WEEK_MS })).kind).toBe('succeed');
  });

  test('ends at a word: everybody is treated, or nobody', () => {
    expect(decide(look(state, { plan: held, command: command('promote') })).kind).toBe('succeed');
    for (const kind of ['abort', 'undo'] as const) {
      expect(decide(look(state, { plan: held, command: command(kind) }))).toMatchObject({
        kind: 'kill',
        serve: { kind: 'anchor' },
        state: { fromStageIndex: 2 },
      });
    }
    expect(decide(look(state, { plan: held, command: command('pause') })).kind).toBe('refuse');
  });

  test('that harm froze is rolled back when nobody decides for as long as a rollout may last', () => {
    const freezing = { ...over, plan: { ...held, onHarm: 'freeze' as const } };
    const frozen = decide(look(state, { ...freezing, assessment: harmful }));
    const waitMs = WEEK_MS / 2;
    expect(decide(look(frozen.state, { ...freezing, nowMs: over.nowMs + waitMs - 1 })).changed).toBe(false);
    expect(decide(look(frozen.state, { ...freezing, nowMs: over.nowMs + waitMs })).kind).toBe('kill');
  });

  test('is killed by harm that shows late, or frozen as any stage where the plan says so', () => {
    expect(decide(look(state, { plan: held, assessment: harmful }))).toMatchObject({ kind: 'kill' });
    const freezing: RolloutPlan = { ...held, onHarm: 'freeze' };
    expect(decide(look(state, { plan: freezing, assessment: harmful })).state).toMatchObject({
      kind: 'frozen',
      resume: { kind: 'baking', stageIndex: 2 },
    });
  });
});

test('a capped rollout succeeds at its cap, and says so', () => {
  const stages = plan.stages.slice(0, 2).map(({ safeRatio: _, ...stage }) => stage);
  const capped: RolloutPlan = { ...plan, stages, maxTreatmentPpm: 500_000 };
  const baking: RolloutState = { ...at(2), stageIndex: 1 };
  const decision = decide(look(baking, { plan: capped }));
  expect(decision).toMatchObject({ kind: 'succeed', serve: { kind: 'treatment' } });
  expect(decision.reason).toContain('50 % for good');
});
