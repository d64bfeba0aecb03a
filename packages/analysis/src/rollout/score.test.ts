import { describe, expect, test } from 'vitest';
import type { GuardAssessment } from '../statistics/assessment.ts';
import { decide } from './decide.ts';
import { at, command, guard, healthy, look, plan, reasonsOf } from './decision.fixture.ts';
import type { Guard, RolloutPlan } from './plan.ts';
import { scoreOf } from './score.ts';

const guards: readonly Guard[] = [
  { metric: 'errors', weight: 1, group: 'technical' },
  { metric: 'latency', weight: 1, group: 'technical' },
  { metric: 'sales', weight: 2, group: 'business' },
];
const scored: RolloutPlan = {
  ...plan,
  guards,
  score: { groupWeights: { technical: 3, business: 1 }, marginal: 75, pass: 95 },
};
const SHARES: Readonly<Record<string, number>> = { errors: 0.25, latency: 0.25, sales: 0.5 };

/** All guards run and show nothing, but for what is said. */
function assessed(known: Readonly<Record<string, Partial<GuardAssessment>>> = {}) {
  const all = guards.map(({ metric }): GuardAssessment => {
    return { ...guard, metric, verdict: 'running', weight: SHARES[metric] ?? 0, ...known[metric] };
  });
  return { ...healthy, guards: all, logThreshold: Math.log(20) };
}

/** e, where a guard of weight 1/2 kills at 40: 100 points at 1, 0 points at 40. */
const salesAt = (points: number) => ({ sales: { logEvidence: Math.log(1 + 39 * (1 - points / 100)) } });
const worth = (known?: Parameters<typeof assessed>[0]) => scoreOf(scored, assessed(known))?.value;

describe('a score', () => {
  test('is 100 while nothing speaks against any guard, and falls with the evidence of harm', () => {
    expect(worth()).toBe(100);
    expect(worth({ sales: { logEvidence: -3 } })).toBe(100);
    expect(worth(salesAt(60))).toBeCloseTo(90, 10);
    expect(worth({ sales: { logEvidence: 100 } })).toBe(75);
    expect(worth({ errors: { verdict: 'failed' } })).toBe(62.5);
  });

  test('leaves out whoever says nothing, and is none when nobody does', () => {
    expect(worth({ sales: { verdict: 'no_data' }, errors: { verdict: 'failed' } })).toBe(50);
    const silent = { verdict: 'no_data' } as const;
    expect(scoreOf(scored, assessed({ errors: silent, latency: silent, sales: silent }))).toEqual({
      value: null,
      groups: [
        { group: 'technical', score: null },
        { group: 'business', score: null },
      ],
    });
    expect(scoreOf(plan, assessed())).toBeNull();
  });

  test('below `pass` waits for better evidence, below `marginal` for a person, and never kills', () => {
    const ask = (known: Parameters<typeof assessed>[0]) =>
      decide(look(at(0), { plan: scored, assessment: assessed(known) }));
    expect(ask({}).kind).toBe('advance');
    expect(ask(salesAt(80)).kind).toBe('advance');
    expect(ask(salesAt(60)).state).toMatchObject({ holds: [{ reason: 'evidence', source: 'score' }] });
    expect(ask({ errors: { verdict: 'failed' } }).state).toMatchObject({
      holds: [{ reason: 'marginal', releasedBy: 'approval' }],
    });
    const silent = { verdict: 'no_data' } as const;
    expect(reasonsOf(ask({ errors: silent, latency: silent, sales: silent }))).toEqual(['evidence']);
  });

  test('that a person approved holds nothing more in that stage', () => {
    const low = { plan: scored, assessment: assessed({ errors: { verdict: 'failed' } }) };
    const approved = decide(look(at(0), { ...low, command: command('approve') }));
    expect(approved).toMatchObject({ kind: 'approve', state: { accepted: [{ reason: 'marginal' }] } });
    expect(decide(look(approved.state, low)).kind).toBe('advance');
    expect(decide(look(approved.state, { ...low, assessment: assessed(salesAt(60)) })).kind).toBe('advance');
  });

  test('holds nothing at 100 %, where no guard can compare', () => {
    const none = { verdict: 'no_control' } as const;
    const assessment = assessed({ errors: none, latency: none, sales: none });
    expect(decide(look(at(2), { plan: scored, assessment })).kind).toBe('succeed');
  });
});
