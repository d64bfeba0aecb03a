import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import { ada, at, command, harmful, look, plan, reasonsOf, T0 } from './decision.fixture.ts';
import type { RolloutCommand } from './decision.ts';
import type { RolloutState } from './state.ts';

const HOUR_MS = 3_600_000;
const jump = (stageIndex: number, acceptRisk?: true): RolloutCommand => ({
  kind: 'jump',
  by: ada,
  reason: '',
  stageIndex,
  ...(acceptRisk === undefined ? {} : { acceptRisk }),
});
const harm = { kind: 'harm', metric: 'errors', logEvidence: 3.5, logThreshold: 3 } as const;

describe('a jump', () => {
  test('down serves fewer at once, and begins the evidence anew', () => {
    const decision = decide(look(at(1), { command: jump(0) }));
    expect(decision).toMatchObject({ kind: 'jump', renews: true, serve: { kind: 'stage', stageIndex: 0 } });
    expect(decision.state).toMatchObject({ kind: 'progressing', stageIndex: 0, startedAtMs: T0 });
  });

  test('up by one is a promotion, and by more only with the risk accepted', () => {
    expect(decide(look(at(0), { command: jump(1) }))).toMatchObject({ kind: 'jump', state: { stageIndex: 1 } });
    expect(decide(look(at(0), { command: jump(2) })).kind).toBe('refuse');
    const leap = decide(look(at(0), { command: jump(2, true) }));
    expect(leap).toMatchObject({ kind: 'jump', state: { kind: 'baking', stageIndex: 2 } });
    expect(leap).not.toHaveProperty('renews');
  });

  test('to a stage that is not there is refused', () => {
    for (const stageIndex of [-1, 0, 3]) expect(decide(look(at(0), { command: jump(stageIndex) })).kind).toBe('refuse');
  });
});

describe('a promotion in full', () => {
  test('goes to the bake at once, and succeeds no sooner than the bake', () => {
    const decision = decide(look(at(0), { command: { kind: 'promote', by: ada, reason: '', full: true } }));
    expect(decision).toMatchObject({ kind: 'bake', state: { kind: 'baking', stageIndex: 2 } });
    expect(reasonsOf(decision)).toEqual(['stage-timer']);
  });

  test('comes too late for what harms', () => {
    const order = { kind: 'promote', by: ada, reason: '', full: true } as const;
    expect(decide(look(at(0), { command: order, assessment: harmful })).kind).toBe('kill');
  });
});

describe('a freeze', () => {
  test('by hand keeps the share, lets harm kill, and starts the stage again when it ends', () => {
    const frozen = decide(look(at(1), { command: command('freeze') }));
    expect(frozen).toMatchObject({ kind: 'freeze', state: { kind: 'frozen', resume: { stageIndex: 1 } } });
    expect(frozen.serve).toBeUndefined();
    expect(decide(look(frozen.state, { assessment: harmful })).kind).toBe('kill');
    const nowMs = T0 + HOUR_MS;
    const unfrozen = decide(look(frozen.state, { nowMs, command: command('unfreeze') }));
    expect(unfrozen).toMatchObject({ kind: 'unfreeze', state: { stageIndex: 1, stageEnteredAtMs: nowMs } });
    expect(unfrozen).not.toHaveProperty('renews');
    expect(unfrozen).not.toHaveProperty('serve');
  });

  test('by harm, where the plan says so, ends only with the risk accepted, and then the evidence begins anew', () => {
    const freezing = { plan: { ...plan, onHarm: 'freeze' as const }, assessment: harmful };
    const frozen = decide(look(at(1), freezing));
    expect(frozen).toMatchObject({ kind: 'freeze', state: { kind: 'frozen', cause: { kind: 'harm' } } });
    expect(decide(look(frozen.state, freezing)).changed).toBe(false);
    expect(decide(look(frozen.state, { ...freezing, command: command('unfreeze') })).kind).toBe('refuse');
    const accepted = { kind: 'unfreeze', by: ada, reason: '', acceptRisk: true } as const;
    expect(decide(look(frozen.state, { ...freezing, command: accepted }))).toMatchObject({
      kind: 'unfreeze',
      renews: true,
      serve: { kind: 'stage', stageIndex: 1 },
    });
    expect(decide(look(frozen.state, { ...freezing, command: command('abort') })).kind).toBe('kill');
  });
});

describe('a retry', () => {
  const rolledBack = (cause: Extract<RolloutState, { kind: 'rolledBack' }>['cause']): RolloutState => ({
    kind: 'rolledBack',
    fromStageIndex: 1,
    cause,
    atMs: T0,
    revision: 7,
    confirmedCount: 0,
    connectedCount: 0,
  });

  test('after a command begins anew at once, serving nothing by itself', () => {
    const decision = decide(look(rolledBack({ kind: 'command', by: ada, reason: '' }), { command: command('retry') }));
    expect(decision).toMatchObject({
      kind: 'retry',
      renews: true,
      state: { kind: 'scheduled', startAtMs: T0 + 120_000 },
    });
    expect(decision.serve).toBeUndefined();
  });

  test('after shown harm waits an hour, unless the risk is accepted', () => {
    const state = rolledBack(harm);
    const retry = command('retry');
    expect(decide(look(state, { command: retry, nowMs: T0 + HOUR_MS - 1 })).kind).toBe('refuse');
    expect(decide(look(state, { command: retry, nowMs: T0 + HOUR_MS })).kind).toBe('retry');
    const accepted = { kind: 'retry', by: ada, reason: '', acceptRisk: true } as const;
    expect(decide(look(state, { command: accepted })).kind).toBe('retry');
  });
});

describe('an undo', () => {
  test('of a success serves control again at once, and is a kill like any other', () => {
    const undone = decide(look({ kind: 'succeeded', atMs: T0 }, { command: command('undo') }));
    expect(undone).toMatchObject({
      kind: 'kill',
      serve: { kind: 'anchor' },
      state: { kind: 'aborting', fromStageIndex: 2 },
    });
    expect(undone.reason).toBe('Undone by ada: because. Control is served to everyone.');
  });
});

describe('a gradual rollback', () => {
  const steps = { plan: { ...plan, gradualRollback: { steps: 4, stepMs: 30_000 } } };

  test('lowers in equal steps, never raises, and ends at the anchor', () => {
    let state: RolloutState = at(1);
    const served: (number | string)[] = [];
    const order = { kind: 'abort', by: ada, reason: '', gradual: true } as const;
    for (let nowMs = T0 + 120_000; nowMs <= T0 + 240_000; nowMs += 10_000) {
      const decision = decide(look(state, { ...steps, nowMs, command: nowMs === T0 + 120_000 ? order : null }));
      if (decision.serve !== undefined)
        served.push('treatmentPpm' in decision.serve ? decision.serve.treatmentPpm : decision.serve.kind);
      state =
        decision.state.kind === 'aborting' && decision.serve?.kind === 'anchor'
          ? { ...decision.state, revision: 9 }
          : decision.state;
    }
    expect(served).toEqual([375_000, 250_000, 125_000, 'anchor']);
    expect(state.kind).toBe('rolledBack');
  });

  test('is what harm does where the plan says so, and an abort wants the rest at once', () => {
    const lowering = decide(look(at(1), { ...steps, assessment: harmful })).state;
    expect(lowering).toMatchObject({ kind: 'aborting', lowering: { treatmentPpm: 375_000, stepsLeft: 3 } });
    expect(decide(look(lowering, { ...steps, command: command('abort') }))).toMatchObject({
      kind: 'kill',
      serve: { kind: 'anchor' },
      state: { cause: { kind: 'harm' } },
    });
  });
});

describe('a start', () => {
  test('of a draft waits for the time of the plan; of what is scheduled it waits no longer, but for its holds', () => {
    const startAtMs = T0 + HOUR_MS;
    const drafted = decide(look({ kind: 'draft' }, { plan: { ...plan, startAtMs }, command: command('start') }));
    expect(drafted).toMatchObject({ kind: 'schedule', state: { kind: 'scheduled', startAtMs } });
    expect(decide(look(drafted.state, { command: command('start') })).kind).toBe('start');
    const freeze = { untilMs: null, by: ada, reason: '' };
    const held = decide(look(drafted.state, { freeze, command: command('start') }));
    expect(held).toMatchObject({ kind: 'hold', changed: true, state: { kind: 'scheduled', startAtMs: T0 + 120_000 } });
    expect(decide(look(held.state)).kind).toBe('start');
  });
});
