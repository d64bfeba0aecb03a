import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import { ada, at, command, guard, healthy, look, plan, plenty, reasonsOf, T0 } from './decision.fixture.ts';
import type { DecisionInput } from './decision.ts';
import type { RolloutPlan } from './plan.ts';
import type { Actor, RolloutState } from './state.ts';

const bob: Actor = { kind: 'key', id: 'k2', name: 'bob' };
const HOUR_MS = 3_600_000;
const abortAfter = (afterMs: number) => ({ afterMs, then: 'abort' as const });

const withPlan = (overrides: Partial<RolloutPlan>): Partial<DecisionInput> => ({ plan: { ...plan, ...overrides } });
const stagesWith = (index: number, overrides: object) =>
  withPlan({ stages: plan.stages.map((stage, at) => (at === index ? { ...stage, ...overrides } : stage)) });
const silent = { summary: { ...plenty, lastExposureAtMs: T0 } };
const holdsOf = (state: RolloutState) => ('holds' in state ? (state.holds ?? []) : []);

/** Looks every second from one instant to another, each at the state that the one before left. */
function watch(state: RolloutState, span: { fromMs: number; toMs: number }, overrides: Partial<DecisionInput>) {
  let now = state;
  const kinds: string[] = [];
  for (let nowMs = span.fromMs; nowMs <= span.toMs; nowMs += 30_000) {
    const decision = decide(look(now, { ...overrides, nowMs, lastLookAtMs: nowMs - 30_000 }));
    if (decision.changed) kinds.push(decision.kind);
    now = decision.state;
  }
  return { state: now, kinds };
}

test('a freeze that is prolonged, or has no end any more, is shown with the end that it has now', () => {
  const freezeUntil = (untilMs: number | null) => ({ freeze: { untilMs, by: ada, reason: '' } });
  const span = { fromMs: T0 + 60_000, toMs: T0 + 120_000 };
  const endOf = ({ state }: ReturnType<typeof watch>) =>
    holdsOf(state).find(({ reason }) => reason === 'freeze')?.untilMs;
  const short = watch(at(0), span, freezeUntil(T0 + HOUR_MS));
  const long = watch(short.state, span, freezeUntil(T0 + 2 * HOUR_MS));
  expect([endOf(short), endOf(long)]).toEqual([T0 + HOUR_MS, T0 + 2 * HOUR_MS]);
  expect(long.kinds).toEqual(['hold']);
  expect(endOf(watch(long.state, span, freezeUntil(null)))).toBeNull();
});

describe('a deadline', () => {
  test('of missing data rolls back once it has passed, and not a look before', () => {
    const noData = { noDataMs: 30_000, health: { noData: { deadline: abortAfter(HOUR_MS) } } };
    const before = watch(at(0), { fromMs: T0 + 60_000, toMs: T0 + HOUR_MS }, { ...withPlan(noData), ...silent });
    expect(holdsOf(before.state)).toMatchObject([{ reason: 'no-data', outcome: 'abort', releasedBy: 'evidence' }]);
    const [hold] = holdsOf(before.state);
    expect(hold?.untilMs).toBe((hold?.sinceMs ?? 0) + HOUR_MS);
    const after = watch(
      before.state,
      { fromMs: T0 + HOUR_MS, toMs: T0 + 2 * HOUR_MS },
      { ...withPlan(noData), ...silent },
    );
    expect(after.state).toMatchObject({ kind: 'aborting', cause: { kind: 'deadline', hold: 'no-data' } });
  });

  test('begins anew after downtime, in which no evidence could come', () => {
    const noData = withPlan({ noDataMs: 30_000, health: { noData: { deadline: abortAfter(HOUR_MS) } } });
    const { state } = watch(at(0), { fromMs: T0 + 60_000, toMs: T0 + 600_000 }, { ...noData, ...silent });
    const back = decide(look(state, { ...noData, ...silent, nowMs: T0 + 10 * HOUR_MS, lastLookAtMs: null }));
    expect(back).toMatchObject({ kind: 'hold', state: { stageEnteredAtMs: T0 + 10 * HOUR_MS } });
  });

  test('that says to continue lets the ramp go on, and the hold is still shown', () => {
    const proof = { safeRatio: 1.5, safeDeadline: { afterMs: 120_000, then: 'continue' } };
    const unsure = {
      ...stagesWith(0, proof),
      assessment: { ...healthy, guards: [{ ...guard, verdict: 'running' as const }] },
    };
    const { state } = watch(at(0), { fromMs: T0 + 30_000, toMs: T0 + 120_000 }, unsure);
    expect(reasonsOf(decide(look(state, { ...unsure, nowMs: T0 + 149_999 })))).toEqual(['evidence']);
    expect(decide(look(state, { ...unsure, nowMs: T0 + 150_000 }))).toMatchObject({ kind: 'advance' });
  });

  test('of the whole rollout rolls it back from a pause too, or holds it where the plan says so', () => {
    const paused: RolloutState = { kind: 'paused', resume: at(0), pausedAtMs: T0, by: ada };
    const over = (then: 'abort' | 'hold') => withPlan({ maxDuration: { afterMs: 60_000, then } });
    expect(decide(look(paused, over('abort'))).state).toMatchObject({
      kind: 'aborting',
      cause: { kind: 'deadline', hold: 'limit', source: 'maxDuration' },
    });
    expect(reasonsOf(decide(look(at(0), over('hold'))))).toEqual(['limit']);
    expect(decide(look(paused, over('hold'))).kind).toBe('hold');
  });
});

test('a guard that has no control left holds nothing at 100 %, however little it could show', () => {
  const guards = [{ ...guard, verdict: 'no_control' as const }];
  const assessment = { ...healthy, guards, verdict: 'no_control' as const };
  expect(decide(look(at(2), { assessment })).kind).toBe('succeed');
});

describe('a hold', () => {
  test('of an unconfirmed stage ends when every connected SDK has confirmed, and keeps no kill waiting', () => {
    const confirmation = { connectedCount: 3, confirmedCount: 2 };
    const held = decide(look(at(0), { confirmation }));
    const untilMs = T0 + 120_000 + HOUR_MS;
    expect(holdsOf(held.state)).toMatchObject([
      { reason: 'ack-pending', untilMs, outcome: 'continue', releasedBy: 'sdks' },
    ]);
    expect(decide(look(held.state)).kind).toBe('advance');
    expect(decide(look(at(0), { confirmation, command: command('abort') })).kind).toBe('kill');
  });

  test('of an unconfirmed stage ends at its deadline too, for SDKs that never take what is published', () => {
    const confirmation = { connectedCount: 3, confirmedCount: 2 };
    const held = decide(look(at(0), { confirmation })).state;
    const late = { confirmation, nowMs: T0 + 120_000 + HOUR_MS };
    expect(decide(look(held, late)).kind).toBe('advance');
    const strict = withPlan({ health: { confirmation: { deadline: abortAfter(HOUR_MS) } } });
    expect(decide(look(held, { ...late, ...strict })).state).toMatchObject({ cause: { hold: 'ack-pending' } });
  });

  test('of a rule that serves something else than was published is for a person, and no kill waits for it', () => {
    const drifted = { isDrifted: true };
    expect(holdsOf(decide(look(at(0), drifted)).state)).toMatchObject([{ reason: 'drift', releasedBy: 'operator' }]);
    expect(reasonsOf(decide(look(at(2), drifted)))).toEqual(['drift']);
    expect(decide(look(at(0), { ...drifted, command: command('promote') })).kind).toBe('advance');
    expect(decide(look(at(0), { ...drifted, command: command('abort') })).kind).toBe('kill');
  });

  test('of an earlier environment that never succeeds cancels at its deadline', () => {
    const after = withPlan({ after: { environment: 'staging', deadline: abortAfter(HOUR_MS) } });
    const waiting = decide(look({ kind: 'scheduled', startAtMs: T0 }, { ...after, isDependencyMet: false })).state;
    const late = { ...after, isDependencyMet: false, nowMs: T0 + 120_000 + HOUR_MS };
    expect(decide(look(waiting, late)).state.kind).toBe('cancelled');
  });

  test('of a closed window says when it opens, and holds neither a success nor a start in an open one', () => {
    const windows = { windows: [{ cron: '0 9 * * *', timeZone: 'UTC', durationMs: HOUR_MS }] };
    const closed = { ...withPlan(windows), window: { isOpen: false, opensAtMs: T0 + HOUR_MS } };
    expect(holdsOf(decide(look(at(0), closed)).state)).toMatchObject([
      { reason: 'window', untilMs: T0 + HOUR_MS, outcome: 'ends' },
    ]);
    expect(reasonsOf(decide(look({ kind: 'scheduled', startAtMs: T0 }, closed)))).toEqual(['window']);
    expect(decide(look(at(2), closed)).kind).toBe('succeed');
    expect(decide(look(at(0), { ...closed, window: { isOpen: true, opensAtMs: null } })).kind).toBe('advance');
  });

  test('of a frozen environment ends with the freeze, and nobody promotes past it', () => {
    const freeze = { untilMs: T0 + HOUR_MS, by: ada, reason: 'sale' };
    expect(reasonsOf(decide(look(at(0), { freeze })))).toEqual(['freeze']);
    expect(decide(look(at(0), { freeze, command: command('promote') })).kind).toBe('refuse');
    expect(decide(look(at(0), { freeze, nowMs: T0 + HOUR_MS })).kind).toBe('advance');
    expect(decide(look(at(0), { freeze, command: command('abort') })).kind).toBe('kill');
  });

  test('of an earlier environment keeps a rollout from starting until its own has succeeded', () => {
    const scheduled: RolloutState = { kind: 'scheduled', startAtMs: T0 };
    const after = withPlan({ after: { environment: 'staging' } });
    expect(holdsOf(decide(look(scheduled, { ...after, isDependencyMet: false })).state)).toMatchObject([
      { reason: 'dependency', source: 'staging', releasedBy: 'other-rollout' },
    ]);
    expect(decide(look(scheduled, { ...after, isDependencyMet: true })).kind).toBe('start');
  });

  test('of too many treated units stays until somebody promotes', () => {
    const limited = withPlan({ maxExposedUnits: 1_500 });
    expect(reasonsOf(decide(look(at(0), limited)))).toEqual(['limit']);
    expect(decide(look(at(0), { ...limited, command: command('promote') }))).toMatchObject({ kind: 'advance' });
    expect(decide(look(at(0), withPlan({ maxExposedUnits: 1_501 }))).kind).toBe('advance');
  });

  test('of outcomes that never come names the metric, after its grace', () => {
    const guards = [{ metric: 'errors', weight: 1, noOutcomes: { graceMs: 90_000, deadline: abortAfter(HOUR_MS) } }];
    const quiet = withPlan({ guards });
    expect(decide(look(at(0), { ...quiet, nowMs: T0 + 89_999 })).kind).toBe('advance');
    expect(holdsOf(decide(look(at(0), quiet)).state)).toMatchObject([{ reason: 'no-outcomes', source: 'errors' }]);
    const counted = { ...guard, events: { control: 1, treatment: 0 } };
    expect(decide(look(at(0), { ...quiet, assessment: { ...healthy, guards: [counted] } })).kind).toBe('advance');
  });

  test('of an inconclusive guard ends by an approval, and harm kills all the same', () => {
    const assessment = { ...healthy, guards: [{ ...guard, verdict: 'inconclusive' as const }] };
    expect(reasonsOf(decide(look(at(0), { assessment })))).toEqual(['inconclusive']);
    const approved = decide(look(at(0), { assessment, command: command('approve') }));
    expect(approved).toMatchObject({
      kind: 'approve',
      state: { accepted: [{ reason: 'inconclusive', source: 'errors' }] },
    });
    expect(decide(look(approved.state, { assessment })).kind).toBe('advance');
    expect(decide(look(approved.state, { assessment: { ...assessment, logEvidence: 9 } })).kind).toBe('kill');
  });

  test('is set by no guard that only observes, and for no proof by one that is not critical', () => {
    const failing = { assessment: { ...healthy, guards: [{ ...guard, verdict: 'error' as const }] } };
    expect(
      decide(look(at(0), { ...failing, ...withPlan({ guards: [{ metric: 'errors', weight: 1, mode: 'observe' }] }) }))
        .kind,
    ).toBe('advance');
    const unsure = { assessment: { ...healthy, guards: [{ ...guard, verdict: 'running' as const }] } };
    const guards = [{ metric: 'errors', weight: 1, critical: false }];
    expect(decide(look(at(1), { ...unsure, ...withPlan({ guards }) })).kind).toBe('bake');
  });
});

describe('an approval', () => {
  const approval = { count: 2, roles: ['admin'], notAuthor: true, deadline: abortAfter(HOUR_MS) };
  const asking = { ...stagesWith(1, { approval }), author: ada };
  const say = (kind: 'approve' | 'reject', by: Actor, role: string) => ({
    command: { kind, by, role, reason: '' } as const,
  });
  const carol: Actor = { kind: 'key', id: 'k3', name: 'carol' };

  test('counts by different people in the role that is asked, never by the author', () => {
    const held = decide(look(at(0), asking)).state;
    expect(holdsOf(held)).toMatchObject([{ reason: 'approval', source: 'stage 2', untilMs: T0 + 120_000 + HOUR_MS }]);
    expect(decide(look(held, { ...asking, ...say('approve', ada, 'admin') })).kind).toBe('refuse');
    expect(decide(look(held, { ...asking, ...say('approve', bob, 'editor') })).kind).toBe('refuse');
    const once = decide(look(held, { ...asking, ...say('approve', bob, 'admin') })).state;
    expect(decide(look(once, { ...asking, ...say('approve', bob, 'admin') })).kind).toBe('refuse');
    expect(decide(look(once, asking)).kind).toBe('hold');
    const twice = decide(look(once, { ...asking, ...say('approve', carol, 'admin') })).state;
    expect(decide(look(twice, asking))).toMatchObject({ kind: 'advance', state: { stageIndex: 1 } });
  });

  test('is no longer given in the next stage', () => {
    const given = [bob, carol].map((by) => ({ by, role: 'admin', atMs: T0 }));
    const next = decide(look({ ...at(0), approvals: given }, asking)).state;
    expect(next).not.toHaveProperty('approvals');
  });

  test('cannot be passed by one person, neither by a step nor by a leap', () => {
    expect(decide(look(at(0), { ...asking, command: command('promote') })).kind).toBe('refuse');
    const later = stagesWith(2, { approval });
    expect(
      decide(look(at(0), { ...later, command: { ...command('promote'), kind: 'promote', full: true } })).kind,
    ).toBe('refuse');
    expect(decide(look(at(0), { ...later, command: command('promote') })).kind).toBe('advance');
  });

  test('that is refused rolls back, and that nobody gives in time too; before the start they cancel', () => {
    const rejected = decide(look(at(0), { ...asking, ...say('reject', bob, 'admin') }));
    expect(rejected).toMatchObject({ kind: 'kill', serve: { kind: 'anchor' } });
    expect(rejected.reason).toContain('rejected by bob');
    expect(decide(look(at(0), { ...asking, ...say('reject', bob, 'killer') })).kind).toBe('refuse');
    const held = decide(look(at(0), asking)).state;
    const late = T0 + 120_000 + HOUR_MS;
    expect(decide(look(held, { ...asking, nowMs: late })).state).toMatchObject({ cause: { hold: 'approval' } });
    const first = { ...stagesWith(0, { approval }), author: ada };
    const waiting = decide(look({ kind: 'scheduled', startAtMs: T0 }, first)).state;
    expect(decide(look(waiting, { ...first, nowMs: late })).state.kind).toBe('cancelled');
    expect(decide(look(waiting, { ...first, ...say('reject', bob, 'admin') })).state.kind).toBe('cancelled');
  });
});
