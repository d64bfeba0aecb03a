import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import { aborting, ada, at, command, harmful, look, T0 } from './decision.fixture.ts';
import type { RolloutCommand } from './decision.ts';
import type { RolloutState } from './state.ts';

const off = { kind: 'variation', variation: 'off' };
const edit: RolloutCommand = { kind: 'supersede', by: ada, reason: 'Urgent', serve: off };
const replace: RolloutCommand = { kind: 'supersede', by: ada, reason: '', replacedBy: 'r2' };
const scheduled: RolloutState = { kind: 'scheduled', startAtMs: T0 };

const OWNERS: readonly RolloutState[] = [
  scheduled,
  at(0),
  at(2),
  { kind: 'paused', resume: at(1), pausedAtMs: T0, by: ada },
  { kind: 'frozen', resume: at(1), frozenAtMs: T0, cause: { kind: 'command', by: ada, reason: '' } },
  { kind: 'heldBack', sinceMs: T0, untilMs: T0 + 1_000_000 },
  aborting(7),
];

describe('a rollout whose rule a person takes', () => {
  test('is over wherever it stands, and the rule serves what they say', () => {
    for (const state of OWNERS) {
      const decision = decide(look(state, { command: edit }));
      expect(decision, state.kind).toMatchObject({
        kind: 'supersede',
        state: { kind: 'superseded', by: ada },
        serve: { kind: 'given', serve: off },
      });
    }
    expect(decide(look(at(1), { command: edit })).reason).toBe('ada took the rule away: Urgent.');
    expect(decide(look(scheduled, { command: edit })).state).toMatchObject({ fromStageIndex: null });
  });

  test('leaves control behind for a rollout that takes its place', () => {
    for (const state of OWNERS) {
      expect(decide(look(state, { command: replace })), state.kind).toMatchObject({ serve: { kind: 'anchor' } });
    }
    expect(decide(look(scheduled, { command: replace })).reason).toBe(
      'ada gave the rule to the rollout r2. Until it begins, everybody has control.',
    );
  });

  test('is over though harm shows at the same moment: whoever took the rule decides what it serves', () => {
    expect(decide(look(at(1), { command: edit, assessment: harmful })).kind).toBe('supersede');
  });

  test('takes no command and no evidence any more, and one that is over cannot be superseded', () => {
    const state: RolloutState = { kind: 'superseded', fromStageIndex: 1, atMs: T0, by: ada };
    for (const kind of ['start', 'promote', 'abort', 'undo', 'retry'] as const) {
      expect(decide(look(state, { command: command(kind) })).kind, kind).toBe('refuse');
    }
    expect(decide(look(state, { assessment: harmful })).changed).toBe(false);
    for (const over of [state, { kind: 'succeeded', atMs: T0 }, { kind: 'draft' }] as const) {
      expect(decide(look(over, { command: edit })).kind).toBe('refuse');
    }
  });
});
