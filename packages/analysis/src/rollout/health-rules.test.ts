import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import { aborting, at, command, harmful, look, plan, reasonsOf, T0 } from './decision.fixture.ts';
import type { DecisionInput } from './decision.ts';
import type { HealthRules } from './plan.ts';
import type { RolloutState } from './state.ts';

const quiet = { instanceCount: 10, openBreakerCount: 0, eventCount: 1_000, lostEventCount: 0 };
/** Under a plan that says that open breakers kill. */
const open = (openBreakerCount: number, instanceCount: number): Partial<DecisionInput> => ({
  ...withHealth({ openBreakers: { maxShare: 0.2 } }),
  sdkHealth: { ...quiet, openBreakerCount, instanceCount },
});
const lost = (lostEventCount: number, eventCount: number): Partial<DecisionInput> => ({
  sdkHealth: { ...quiet, lostEventCount, eventCount },
});
const withHealth = (health: HealthRules): Partial<DecisionInput> => ({ plan: { ...plan, health } });
const paused: RolloutState = { kind: 'paused', resume: at(0), pausedAtMs: T0, by: command('pause').by };

describe('open breakers', () => {
  test('of which the plan says nothing keep the share from rising, and kill nobody: an outage of all is no harm', () => {
    const sdkHealth = { ...quiet, openBreakerCount: 2 };
    const held = decide(look(at(0), { sdkHealth }));
    expect(held.state).toMatchObject({ holds: [{ reason: 'open-breakers', releasedBy: 'sdks' }] });
    expect(held.serve).toBeUndefined();
    expect(decide(look(held.state, { sdkHealth: quiet })).kind).toBe('advance');
  });

  test('in a fifth of the SDK processes kill, and the cause says how many', () => {
    const decision = decide(look(at(1), open(2, 10)));
    expect(decision).toMatchObject({ kind: 'kill', serve: { kind: 'anchor' } });
    expect(decision.state).toMatchObject({ cause: { kind: 'breakers', openCount: 2, instanceCount: 10 } });
    expect(decision.reason).toContain('open in 2 of 10 SDK processes');
  });

  test.each([
    ['one process of five, which may be ill by itself', open(1, 5)],
    ['fewer than a fifth', open(2, 11)],
    ['none, though the plan allows none', { ...open(0, 10), ...withHealth({ openBreakers: { maxShare: 0 } }) }],
    ['less than the share that the plan says', { ...open(5, 10), ...withHealth({ openBreakers: { maxShare: 0.6 } }) }],
  ])('do not kill when it is %s', (_, overrides) => {
    expect(decide(look(at(1), overrides)).kind).not.toBe('kill');
  });

  test('kill where the only process there is gave the treatment up', () => {
    expect(decide(look(at(0), open(1, 1))).kind).toBe('kill');
  });

  test('kill from the share on that the plan says, whatever binary fractions make of it', () => {
    const seven = { ...open(7, 35), ...withHealth({ openBreakers: { maxShare: 0.2 } }) };
    expect(decide(look(at(0), seven)).kind).toBe('kill');
  });

  test('kill in a paused rollout and in a bake too, and before any command but an abort', () => {
    expect(decide(look(paused, open(5, 5))).kind).toBe('kill');
    expect(decide(look(at(2), open(5, 5))).kind).toBe('kill');
    expect(decide(look(at(0), { ...open(5, 5), command: command('promote') })).kind).toBe('kill');
  });

  test('freeze the share where the plan says that harm does', () => {
    const freezing = { ...plan, onHarm: 'freeze', health: { openBreakers: { maxShare: 0.2 } } } as const;
    const frozen = decide(look(at(1), { ...open(5, 5), plan: freezing }));
    expect(frozen).toMatchObject({ kind: 'freeze', state: { cause: { kind: 'breakers' } } });
    expect(frozen.serve).toBeUndefined();
  });

  test('leave a kill as it is, and the evidence is blamed first', () => {
    expect(decide(look(aborting(7), open(5, 5))).kind).toBe('confirm');
    expect(decide(look(at(0), { ...open(5, 5), assessment: harmful })).state).toMatchObject({
      cause: { kind: 'harm' },
    });
  });

  test('are a reason to wait before the same treatment is tried again', () => {
    const cause = { kind: 'breakers', openCount: 5, instanceCount: 5 } as const;
    const rolledBack: RolloutState = {
      ...({ kind: 'rolledBack', fromStageIndex: 0, cause, atMs: T0, revision: 7 } as const),
      ...{ confirmedCount: 0, connectedCount: 0 },
    };
    expect(decide(look(rolledBack, { command: command('retry') })).kind).toBe('refuse');
  });

  test('that froze a rollout are accepted by a person with the risk, and what was heard of them is forgotten', () => {
    const cause = { kind: 'breakers', openCount: 5, instanceCount: 5 } as const;
    const frozen: RolloutState = { kind: 'frozen', resume: at(0), frozenAtMs: T0, cause };
    const freezing = { plan: { ...plan, onHarm: 'freeze' as const } };
    const unfreeze = { ...command('unfreeze'), kind: 'unfreeze' as const };
    expect(decide(look(frozen, { ...freezing, command: unfreeze })).kind).toBe('refuse');
    const accepted = decide(look(frozen, { ...freezing, command: { ...unfreeze, acceptRisk: true } }));
    expect(accepted).toMatchObject({ kind: 'unfreeze', renews: true });
  });
});

describe('lost events', () => {
  test('of more than a twentieth hold the ramp, and it goes on when that is over', () => {
    const held = decide(look(at(0), lost(53, 1_000)));
    expect(reasonsOf(held)).toEqual(['lost-events']);
    expect(decide(look(held.state, lost(52, 1_000)))).toMatchObject({ kind: 'advance' });
  });

  test('hold until the deadline of the plan, and then do what it says', () => {
    const rule = { maxShare: 0.5, deadline: { afterMs: 60_000, then: 'abort' as const } };
    const losing = { ...lost(900, 100), ...withHealth({ lostEvents: rule }) };
    const held = decide(look(at(0), losing));
    expect(held.state).toMatchObject({ holds: [{ reason: 'lost-events', outcome: 'abort', releasedBy: 'evidence' }] });
    const over = decide(look(held.state, { ...losing, nowMs: T0 + 180_000 }));
    expect(over.state).toMatchObject({ kind: 'aborting', cause: { kind: 'deadline', hold: 'lost-events' } });
  });

  test('that are but a few are no share, and where nobody counts them nothing holds', () => {
    expect(decide(look(at(0), lost(9, 0))).kind).toBe('advance');
    expect(decide(look(at(0))).kind).toBe('advance');
  });
});
