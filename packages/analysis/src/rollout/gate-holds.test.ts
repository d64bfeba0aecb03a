import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { at, harmful, look, plan, plenty, reasonsOf, T0 } from './decision.fixture.ts';
import type { DecisionInput, GateAnswer } from './decision.ts';
import type { Gate } from './plan.ts';
import { retell } from './retell.ts';
import type { RolloutState } from './state.ts';

const HOUR_MS = 3_600_000;

function gate(before: Gate['before'], overrides: Partial<Gate> = {}): Gate {
  const deadline = { afterMs: HOUR_MS, then: 'abort' } as const;
  const asked = { url: 'https://gate.example', secret: 'gate', everyMs: 30_000, timeoutMs: 10_000 };
  return { name: before, before, ...asked, deadline, ...overrides };
}

const ALL = (['start', 'advance', 'last-stage', 'success'] as const).map((before) => gate(before));
const gated = (...gates: readonly Gate[]): Partial<DecisionInput> => ({ plan: { ...plan, gates } });
const says = (name: string, answer: GateAnswer['answer'], detail = '') => ({ gates: [{ name, answer, detail }] });
const DUE: RolloutState = { kind: 'scheduled', startAtMs: T0 };
const holdsOf = (state: RolloutState) => ('holds' in state ? (state.holds ?? []) : []);
/** Long enough for the bake to be over. */
const BAKED = { nowMs: T0 + 200_000 };

test.each([
  ['the first stage', DUE, ['start']],
  ['a stage', at(0), ['advance']],
  ['the last stage', at(1), ['advance', 'last-stage']],
  ['success', at(2), ['success']],
] as const)('before %s only its gates are asked', (_, state, expected) => {
  const held = decide(look(state, { ...gated(...ALL), ...BAKED }));
  expect(holdsOf(held.state).map(({ reason, source }) => [reason, source])).toEqual(
    expected.map((name) => ['gate', name]),
  );
  const gates = expected.map((name) => ({ name, answer: 'open' as const, detail: '' }));
  expect(decide(look(state, { ...gated(...ALL), ...BAKED, gates })).serve).toBeDefined();
});

test('in a plan of one stage its gates are those of the start and of the last stage', () => {
  const one = { ...plan, stages: plan.stages.slice(2), gates: ALL };
  const { state } = decide(look(DUE, { plan: one }));
  expect(holdsOf(state).map(({ source }) => source)).toEqual(['start', 'last-stage']);
});

test.each(['closed', 'error', 'unasked'] as const)('whoever answers "%s" has not said yes', (answer) => {
  expect(reasonsOf(decide(look(at(0), { ...gated(gate('advance')), ...says('advance', answer) })))).toEqual(['gate']);
});

test('a gate is asked once nothing else holds the step, and its deadline counts from there', () => {
  const silent = { summary: { ...plenty, strata: [] } };
  const early = decide(look(at(0), { ...gated(gate('advance')), ...silent }));
  expect(reasonsOf(early)).toEqual(['min-sample']);
  const later = decide(look(early.state, { ...gated(gate('advance')), nowMs: T0 + 10 * HOUR_MS }));
  expect(holdsOf(later.state)).toMatchObject([{ reason: 'gate', sinceMs: T0 + 10 * HOUR_MS }]);
});

test('what it says is written down when it comes to something else, and not when it has other words', () => {
  const asks = gated(gate('advance'));
  const first = decide(look(at(0), asks));
  expect(first.changed).toBe(true);
  expect(decide(look(first.state, asks)).changed).toBe(false);
  const closed = { ...asks, ...says('advance', 'closed', '2 incidents are open') };
  const told = decide(look(first.state, closed));
  expect(told).toMatchObject({ changed: true, kind: 'hold' });
  expect(holdsOf(told.state)).toMatchObject([
    { detail: 'The gate advance says not yet: 2 incidents are open', sinceMs: holdsOf(first.state)[0]?.sinceMs },
  ]);
  const another = { ...asks, ...says('advance', 'closed', '1 incident is open') };
  expect(decide(look(told.state, another)).changed).toBe(false);
  expect(holdsOf(retell(look(told.state, another), told.state))).toMatchObject([
    { detail: 'The gate advance says not yet: 1 incident is open', said: 'closed' },
  ]);
  expect(retell({ plan }, told.state)).toEqual(told.state);
  expect(decide(look(told.state, { ...asks, ...says('advance', 'error', 'timeout') })).changed).toBe(true);
});

test('an SDK that comes meanwhile neither ends the wait for a gate nor begins it anew', () => {
  const asks = { ...gated(gate('advance')), ...says('advance', 'closed') };
  const first = decide(look(at(0), asks));
  const confirmation = { connectedCount: 3, confirmedCount: 2 };
  const joined = decide(look(first.state, { ...asks, confirmation, nowMs: T0 + HOUR_MS / 2 }));
  expect(reasonsOf(joined)).toEqual(['ack-pending', 'gate']);
  expect(holdsOf(joined.state)[1]).toEqual(holdsOf(first.state)[0]);
  const open = { ...asks, ...says('advance', 'open'), confirmation, nowMs: T0 + HOUR_MS / 2 };
  expect(reasonsOf(decide(look(joined.state, open)))).toEqual(['ack-pending']);
});

test.each([
  [
    'abort',
    { kind: 'kill', state: { kind: 'aborting', cause: { kind: 'deadline', hold: 'gate', source: 'advance' } } },
  ],
  ['continue', { kind: 'advance' }],
  ['hold', { kind: 'hold', state: { kind: 'progressing', holds: [{ reason: 'gate' }] } }],
] as const)('a gate that never says yes ends in what its deadline says: %s', (then, outcome) => {
  const asks = gated(gate('advance', { deadline: { afterMs: HOUR_MS, then } }));
  const { state } = decide(look(at(0), asks));
  const before = look(state, { ...asks, nowMs: T0 + 120_000 + HOUR_MS - 1 });
  expect(decide(before)).toMatchObject({ kind: 'hold', changed: false });
  expect(decide(look(state, { ...asks, nowMs: T0 + 120_000 + HOUR_MS }))).toMatchObject(outcome);
});

test('a gate before the start that never says yes cancels the rollout', () => {
  const asks = gated(gate('start'));
  const { state } = decide(look(DUE, asks));
  expect(decide(look(state, { ...asks, nowMs: T0 + 2 * HOUR_MS }))).toMatchObject({ kind: 'cancel' });
});

test('harm and a word to abort wait for no gate', () => {
  const asks = gated(...ALL);
  const { state } = decide(look(at(0), asks));
  expect(decide(look(state, { ...asks, assessment: harmful })).kind).toBe('kill');
  const command = { kind: 'abort', by: { kind: 'key', id: 'k', name: 'ada' }, reason: '' } as const;
  expect(decide(look(state, { ...asks, command })).kind).toBe('kill');
});

test('a person may promote past a gate', () => {
  const asks = gated(gate('advance'));
  const { state } = decide(look(at(0), asks));
  const command = { kind: 'promote', by: { kind: 'key', id: 'k', name: 'ada' }, reason: '' } as const;
  expect(decide(look(state, { ...asks, command }))).toMatchObject({ kind: 'advance', reason: /past gate/ });
});

test('an answer from before the server was away counts for nothing: the stage begins again', () => {
  const asks = { ...gated(gate('advance')), ...says('advance', 'open') };
  expect(decide(look(at(0), { ...asks, lastLookAtMs: null }))).toMatchObject({ kind: 'hold', state: { holds: [{}] } });
});

test.each([
  ['abort', 'cancel'],
  ['continue', 'start'],
] as const)(
  'while the server was away no gate could say yes: before the start its deadline, of %s, counts anew',
  (then, outcome) => {
    const asks = gated(gate('start', { deadline: { afterMs: HOUR_MS, then } }));
    const held = decide(look(DUE, asks));
    const nowMs = T0 + 10 * HOUR_MS;
    for (const lastLookAtMs of [null, T0 + 120_000]) {
      const back = decide(look(held.state, { ...asks, nowMs, lastLookAtMs }));
      expect(back).toMatchObject({
        kind: 'hold',
        changed: true,
        state: { holds: [{ reason: 'gate', sinceMs: nowMs }] },
      });
      expect(decide(look(back.state, { ...asks, nowMs: nowMs + HOUR_MS - 1 })).kind).toBe('hold');
      expect(decide(look(back.state, { ...asks, nowMs: nowMs + HOUR_MS })).kind).toBe(outcome);
    }
  },
);
