import { describe, expect, test } from 'vitest';
import type { LimitsVerdict } from '../limits/assess-metric.ts';
import type { RunAssessment } from '../limits/assess-run.ts';
import { decide } from './decide.ts';
import { ada, at, command, look, plan, reasonsOf, T0 } from './decision.fixture.ts';
import type { DecisionInput } from './decision.ts';
import type { ProviderGuard } from './plan.ts';
import { recomputeDecision } from './recompute-decision.ts';
import { retell } from './retell.ts';
import type { RolloutState } from './state.ts';

const HOUR_MS = 3_600_000;
const errors: ProviderGuard = {
  name: 'http-errors',
  provider: 'prometheus',
  arms: 'treatment',
  query: {},
  limits: { failureCondition: 'result > 0.05' },
  deadline: { afterMs: HOUR_MS, then: 'abort' },
};

function measured(verdict: LimitsVerdict, detail = `it is ${verdict}`): RunAssessment {
  return { verdict, detail, metrics: [{ name: errors.name, verdict, detail }] };
}

function guarded(state: RolloutState, overrides: Partial<DecisionInput> = {}, guard: Partial<ProviderGuard> = {}) {
  const guardedPlan = { ...plan, providerGuards: [{ ...errors, ...guard }] };
  return look(state, { plan: guardedPlan, ...overrides });
}

const holdsOf = (input: DecisionInput) => {
  const { state } = decide(input);
  return 'holds' in state ? (state.holds ?? []) : [];
};

describe('too many failures', () => {
  test.each([
    ['progressing', at(0)],
    ['paused', { kind: 'paused', resume: at(1), pausedAtMs: T0, by: ada }],
    ['baking', at(2)],
  ] as const)('kill a rollout that is %s', (_, state) => {
    const input = guarded(state, { measured: measured('failed', 'failed (2) > failureLimit (1)') });
    const decision = decide(input);
    expect(decision.kind).toBe('kill');
    expect(decision.serve).toEqual({ kind: 'anchor' });
    expect(decision.state).toMatchObject({ cause: { kind: 'limit', guard: 'http-errors' } });
    expect(decision.reason).toContain('http-errors failed its limits: failed (2) > failureLimit (1)');
    expect(recomputeDecision({ decision, input }).differsIn).toEqual([]);
  });

  test('freeze where the plan says so, and a person who accepts the risk goes on with new evidence', () => {
    const freezing = { ...plan, onHarm: 'freeze', providerGuards: [errors] } as const;
    const frozen = decide(look(at(0), { plan: freezing, measured: measured('failed') }));
    expect(frozen.state).toMatchObject({ kind: 'frozen', cause: { kind: 'limit' } });
    const unfreeze = (accept: object) =>
      decide(look(frozen.state, { plan: freezing, command: { ...command('unfreeze'), ...accept } }));
    expect(unfreeze({}).kind).toBe('refuse');
    expect(unfreeze({ acceptRisk: true })).toMatchObject({ kind: 'unfreeze', renews: true });
  });

  test('in a dry run decide nothing and hold nothing', () => {
    const decision = decide(guarded(at(0), { measured: measured('failed') }, { mode: 'observe' }));
    expect(decision.kind).toBe('advance');
  });
});

describe('what is not known to be good', () => {
  test.each([
    ['pending', 'measurement', 'evidence'],
    ['running', 'measurement', 'evidence'],
    ['no_data', 'measurement', 'evidence'],
    ['error', 'measurement', 'evidence'],
    ['inconclusive', 'inconclusive', 'approval'],
  ] as const)('holds the ramp, to the deadline of its guard: %s', (verdict, reason, releasedBy) => {
    const input = guarded(at(0), { measured: measured(verdict) });
    const untilMs = input.nowMs + HOUR_MS;
    expect(holdsOf(input)).toMatchObject([{ reason, source: 'http-errors', releasedBy, untilMs, outcome: 'abort' }]);
  });

  test('holds where nobody measured, as a node that does not hold the environment', () => {
    expect(holdsOf(guarded(at(0)))).toMatchObject([{ reason: 'measurement', source: 'http-errors' }]);
    const others = { ...measured('successful'), metrics: [] };
    expect(reasonsOf(decide(guarded(at(0), { measured: others })))).toEqual(['measurement']);
  });

  test('is rolled back when its deadline passes', () => {
    const [hold] = holdsOf(guarded(at(0), { measured: measured('no_data') }));
    if (hold === undefined) throw new Error('nothing holds');
    const late = guarded(at(0, [hold]), { measured: measured('no_data'), nowMs: hold.sinceMs + HOUR_MS });
    expect(decide(late).state).toMatchObject({ cause: { kind: 'deadline', hold: 'measurement' } });
  });

  test('is told again when it is something else, and its deadline goes on', () => {
    const before = guarded(at(0), { measured: measured('pending') });
    const [hold] = holdsOf(before);
    if (hold === undefined) throw new Error('nothing holds');
    const away = measured('running', 'The last measurement is an error: unavailable.');
    const after = guarded(at(0, [hold]), { measured: away, nowMs: before.nowMs + 1_000 });
    expect(decide(after)).toMatchObject({ kind: 'hold', changed: true });
    expect(holdsOf(after)).toMatchObject([{ sinceMs: hold.sinceMs, detail: expect.stringContaining('unavailable') }]);
    const reworded = measured('running', 'The last measurement was not good: 0.071.');
    const same = guarded(at(0, holdsOf(after)), { measured: reworded, nowMs: after.nowMs + 1_000 });
    expect(decide(same).changed).toBe(false);
    expect(retell(same, same.state)).toMatchObject({ holds: [{ sinceMs: hold.sinceMs, detail: /0\.071/ }] });
  });

  test('may be passed by a person’s approval where measurements decide nothing', () => {
    const input = guarded(at(0), { measured: measured('inconclusive'), command: command('approve') });
    expect(holdsOf(input)).toEqual([]);
  });
});

test('a good measurement holds nothing', () => {
  expect(decide(guarded(at(0), { measured: measured('successful') })).kind).toBe('advance');
});

test('who compares with control waits for nothing where everybody is treated, and kills all the same', () => {
  const compares = { arms: 'both' } as const;
  expect(decide(guarded(at(2), { measured: measured('no_data') }, compares)).kind).toBe('succeed');
  expect(decide(guarded(at(2), { measured: measured('failed') }, compares)).kind).toBe('kill');
  expect(decide(guarded(at(1), { measured: measured('no_data') }, compares)).kind).toBe('hold');
});

test('a good measurement of an earlier stage is none of this one', () => {
  const goodAt = (measuredAtMs: number): RunAssessment => {
    const metric = { name: errors.name, verdict: 'successful', detail: '', measuredAtMs } as const;
    return { verdict: 'successful', detail: '', metrics: [metric] };
  };
  expect(holdsOf(guarded(at(1), { measured: goodAt(T0 - 1) }))).toMatchObject([
    { reason: 'measurement', detail: 'http-errors must be measured by prometheus first.' },
  ]);
  expect(decide(guarded(at(1), { measured: goodAt(T0) })).kind).toBe('bake');
});
