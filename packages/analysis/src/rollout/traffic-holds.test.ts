import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import { aborting, ada, at, command, harmful, look, plan, reasonsOf, T0 } from './decision.fixture.ts';
import type { DecisionInput } from './decision.ts';
import { dueWeightPpm } from './due-weight.ts';
import type { RolloutPlan } from './plan.ts';
import type { RolloutState } from './state.ts';

const guided = (then: 'abort' | 'hold' | 'continue' = 'hold'): RolloutPlan => ({
  ...plan,
  traffic: [{ adapter: 'edge', deadline: { afterMs: 60_000, then } }],
});
const confirmed = (appliedPpm: number | null): Partial<DecisionInput> => ({
  plan: guided(),
  traffic: [{ adapter: 'edge', appliedPpm, detail: '' }],
});
const NOW = T0 + 120_000;
const SCHEDULED: RolloutState = { kind: 'scheduled', startAtMs: T0 };

describe('a rise with traffic adapters', () => {
  test('waits until the adapter has confirmed the next share, and takes that step then', () => {
    const held = decide(look(at(0), confirmed(10_000)));
    expect(reasonsOf(held)).toEqual(['traffic']);
    expect(dueWeightPpm(guided(), held.state, NOW)).toBe(500_000);
    expect(decide(look(held.state, confirmed(499_999))).kind).toBe('hold');
    expect(decide(look(held.state, confirmed(500_000)))).toMatchObject({
      kind: 'advance',
      serve: { kind: 'stage', stageIndex: 1 },
    });
  });

  test('asks for no weight while anything else holds it', () => {
    const early = decide(look(at(0), { ...confirmed(10_000), nowMs: T0 + 30_000 }));
    expect(reasonsOf(early)).not.toContain('traffic');
    expect(dueWeightPpm(guided(), at(0), NOW)).toBe(10_000);
  });

  test('begins with the first stage’s weight at the adapter, before the flag serves anybody', () => {
    const held = decide(look(SCHEDULED, confirmed(null)));
    expect(reasonsOf(held)).toEqual(['traffic']);
    expect(held.serve).toBeUndefined();
    expect(dueWeightPpm(guided(), held.state, NOW)).toBe(10_000);
    expect(decide(look(held.state, confirmed(10_000))).kind).toBe('start');
  });

  test('takes a weight that nobody knows for unconfirmed', () => {
    expect(reasonsOf(decide(look(at(0), { plan: guided() })))).toEqual(['traffic']);
    expect(reasonsOf(decide(look(at(0), confirmed(null))))).toEqual(['traffic']);
  });

  test('is no success while the adapter has lost the last weight', () => {
    expect(reasonsOf(decide(look(at(2), confirmed(500_000))))).toEqual(['traffic']);
    expect(decide(look(at(2), confirmed(1_000_000))).kind).toBe('succeed');
  });

  test.each([
    ['abort', 'kill'],
    ['hold', 'hold'],
    ['continue', 'advance'],
  ] as const)('whose adapter is away past its deadline, of %s, ends in: %s', (then, kind) => {
    const away = { ...confirmed(null), plan: guided(then) };
    const { state } = decide(look(at(0), away));
    expect(decide(look(state, { ...away, nowMs: NOW + 59_999 })).kind).toBe('hold');
    expect(decide(look(state, { ...away, nowMs: NOW + 60_000 })).kind).toBe(kind);
  });

  test('is passed by a person, and the adapter follows', () => {
    const promoted = decide(look(at(0), { ...confirmed(null), command: command('promote') }));
    expect(promoted).toMatchObject({ kind: 'advance', reason: expect.stringContaining('past traffic') });
    expect(dueWeightPpm(guided(), promoted.state, NOW)).toBe(500_000);
  });
});

test.each([
  ['abort', 'kill'],
  ['hold', 'hold'],
  ['continue', 'succeed'],
] as const)(
  'a holdback whose last weight is not confirmed in time, with a deadline of %s, ends in: %s',
  (then, kind) => {
    const plan = { ...guided(then), holdback: { ppm: 10_000, durationMs: 60_000 } };
    const away = { ...confirmed(990_000), plan };
    const heldBack: RolloutState = { kind: 'heldBack', sinceMs: T0, untilMs: NOW };
    expect(decide(look(heldBack, { ...away, nowMs: NOW - 1 })).changed).toBe(false);
    const { state } = decide(look(heldBack, away));
    expect(state).toMatchObject({ kind: 'heldBack', holds: [{ reason: 'traffic', untilMs: NOW + 60_000 }] });
    expect(decide(look(state, { ...away, nowMs: NOW + 59_999 })).kind).toBe('hold');
    expect(decide(look(state, { ...away, nowMs: NOW + 60_000 })).kind).toBe(kind);
    const back = decide(look(state, { ...away, nowMs: NOW + 600_000, lastLookAtMs: null }));
    expect(back).toMatchObject({ kind: 'hold', changed: true, state: { holds: [{ sinceMs: NOW + 600_000 }] } });
  },
);

describe('a fall with traffic adapters', () => {
  test('waits for no adapter: the flag goes first', () => {
    const { state } = decide(look(at(1), confirmed(null)));
    expect(decide(look(state, { ...confirmed(null), command: command('abort') })).kind).toBe('kill');
    expect(decide(look(state, { ...confirmed(null), assessment: harmful })).kind).toBe('kill');
    expect(dueWeightPpm(guided(), aborting(7), NOW)).toBe(0);
  });

  test('in steps lowers the weight by the same steps', () => {
    const lowering = { treatmentPpm: 250_000, nextAtMs: NOW, stepsLeft: 2 };
    const state = { ...aborting(null), lowering } as RolloutState;
    expect(dueWeightPpm(guided(), state, NOW)).toBe(250_000);
  });
});

test('a rule that is given to another rollout leaves no weight behind; whoever takes it by hand says what is due', () => {
  const order = { kind: 'supersede', by: ada, reason: '' } as const;
  const dueAfter = (command: NonNullable<DecisionInput['command']>) =>
    dueWeightPpm(guided(), decide(look(at(1), { ...confirmed(500_000), command })).state, NOW);
  expect(dueAfter({ ...order, replacedBy: 'r2' })).toBe(0);
  expect(dueAfter({ ...order, serve: { kind: 'variation', variation: 'off' } })).toBeNull();
});

test('a rollout that stands still is due what it serves, whatever held it before', () => {
  const { state } = decide(look(at(0), confirmed(null)));
  if (state.kind !== 'progressing') throw new Error('expected it to progress');
  const paused: RolloutState = { kind: 'paused', resume: state, pausedAtMs: NOW, by: ada };
  expect(dueWeightPpm(guided(), paused, NOW)).toBe(10_000);
  expect(dueWeightPpm(guided(), SCHEDULED, NOW)).toBe(0);
  expect(dueWeightPpm(guided(), { kind: 'succeeded', atMs: NOW }, NOW)).toBe(1_000_000);
});
