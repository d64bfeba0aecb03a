import { expect, test } from 'vitest';
import type { MetricDefinition, RolloutPlan } from '../../rollout/plan.ts';
import { expandPlan } from '../expand-plan.ts';
import { CONTEXT } from '../plan-context.fixture.ts';
import type { WrittenPlan } from '../written-plan.ts';
import { ANTI_PATTERNS, type AntiPatternId } from './anti-patterns.ts';
import { type LintFacts, lintPlan } from './lint-plan.ts';

const metric = (changes: object) =>
  // What the form of a metric is beyond these members is nothing to lint.
  ({ description: 'told', event: 'e', harm: 'up', browserEvidence: false, ...changes }) as MetricDefinition;

const METRICS = new Map([
  ['errors', metric({ event: '$error' })],
  ['sales', metric({ event: 'purchase', harm: 'down' })],
  ['forged', metric({ event: 'purchase', browserEvidence: true })],
  ['weekly', metric({ event: 'purchase', kind: 'binary', windowMs: 3_600_000 * 2 })],
  ['slow-mean', metric({ event: '$duration', kind: 'mean', windowMs: 60_000 })],
  ['untold', metric({ event: 'login-failed', description: '' })],
]);

function planOf(changes: Partial<WrittenPlan>): RolloutPlan {
  const guards = [{ metric: 'errors' }, { metric: 'sales' }];
  const expanded = expandPlan({ flag: 'f', treatment: 'on', guards, ...changes }, CONTEXT);
  if (expanded.kind === 'flawed') throw new Error(JSON.stringify(expanded.flaws));
  return expanded.plan;
}

function idsOf(changes: Partial<WrittenPlan>, facts: LintFacts = {}): string[] {
  return lintPlan(planOf(changes), { metrics: METRICS, ...facts }).map(({ id }) => id);
}

const stages = (...shares: string[]) => ({ stages: shares.map((treatment) => ({ treatment })) });

test('a standard plan with an error and a sale has nothing to regret', () => {
  expect(idsOf({}, { traffic: { unitsPerDay: 1_000_000 }, flag: { tags: [] }, killCount: 3 })).toEqual([]);
});

const german = { attribute: 'country', operator: 'in', values: ['DE'] };

const FOUND: Readonly<Record<AntiPatternId, readonly [Partial<WrittenPlan>, LintFacts?]>> = {
  'big-bang': [stages('30%', '100%')],
  'first-stage-large': [stages('6%', '30%', '100%')],
  'jump-large': [stages('1%', '6%', '30%', '100%')],
  'scope-narrows': [
    { stages: [{ treatment: '1%' }, { treatment: '5%', scope: german }, { treatment: '25%' }, { treatment: '100%' }] },
  ],
  'cap-idle': [{ caps: [{ condition: german, maxTreatment: '100%' }] }],
  'hold-too-short': [{}, { traffic: { unitsPerDay: 10_000 } }],
  'dwell-short': [{ stages: [{ treatment: '5%', dwell: '1m' }, { treatment: '25%' }, { treatment: '100%' }] }],
  'window-longer-than-stay': [{ guards: [{ metric: 'errors' }, { metric: 'weekly' }] }],
  'mean-latency': [{ guards: [{ metric: 'slow-mean' }, { metric: 'sales' }] }],
  'approval-only-gate': [
    {
      guards: [{ metric: 'errors', mode: 'observe' }],
      stages: [{ treatment: '5%' }, { treatment: '25%' }, { treatment: '100%', approval: {} }],
    },
  ],
  'nothing-decides': [{ guards: [{ metric: 'errors', mode: 'observe' }] }],
  'only-technical': [{ guards: [{ metric: 'errors' }, { template: 'latency' }] }],
  'only-business': [{ guards: [{ metric: 'sales' }] }],
  'no-bake': [{ bake: '9m' }],
  'alpha-large': [{ alpha: 0.2 }],
  'control-small': [stages('5%', '25%', '96%', '100%')],
  'sample-small': [{ preset: { name: 'standard', minUnits: 20 } }],
  'browser-evidence-only': [{ guards: [{ metric: 'forged' }] }],
  'proof-out-of-reach': [
    { stages: [{ treatment: '5%', safeRatio: 1.1 }, { treatment: '25%' }, { treatment: '100%' }] },
    { traffic: { unitsPerDay: 20_000, rates: { errors: 0.001 } } },
  ],
  'criteria-unwritten': [{ guards: [{ metric: 'untold' }, { metric: 'sales' }] }],
  'flag-silent': [{}, { traffic: { unitsPerDay: 0 } }],
  'kill-never-seen': [{}, { killCount: 0 }],
  'schema-change': [{}, { flag: { tags: ['checkout', 'Schema'] } }],
};

test.each(Object.entries(FOUND))('%s is found', (id, [changes, facts]) => {
  expect(idsOf(changes, facts)).toContain(id);
});

test('every pattern says where it is, what of the plan it is about, and where it is told at length', () => {
  for (const [changes, facts] of Object.values(FOUND)) {
    for (const warning of lintPlan(planOf(changes), { metrics: METRICS, ...facts })) {
      expect(warning).toMatchObject(ANTI_PATTERNS[warning.id]);
      expect(warning.detail).toMatch(/^[A-Z].*\.$/);
    }
  }
});

test('a cap at the last stage is idle unless more than that stage is served in the end', () => {
  const capped = { maxTreatment: '50%', caps: [{ condition: german, maxTreatment: '50%' }] };
  expect(idsOf(capped)).toContain('cap-idle');
  const held = { holdback: { share: '1%', duration: '7d' }, caps: [{ condition: german, maxTreatment: '99%' }] };
  expect(idsOf(held)).not.toContain('cap-idle');
});

test('what is not known is not judged', () => {
  const facts = { metrics: new Map() };
  expect(lintPlan(planOf({ guards: [{ metric: 'sales' }] }), facts)).toEqual([]);
  const proof = { stages: [{ treatment: '5%', safeRatio: 1.01 }, { treatment: '25%' }, { treatment: '100%' }] };
  expect(idsOf(proof, { traffic: { unitsPerDay: 1_000_000 } })).toEqual([]);
});

test('a blue-green switch has no control, so only an absolute limit decides anything', () => {
  expect(idsOf({ preset: 'instant' })).toContain('nothing-decides');
  expect(idsOf({ preset: 'instant', guards: [{ metric: 'errors', maxRate: 0.05 }] })).not.toContain('nothing-decides');
  const measured = { name: 'm', provider: 'p', query: {}, limits: { failureCondition: 'result > 1' } };
  expect(idsOf({ preset: 'instant', providerGuards: [measured] })).not.toContain('nothing-decides');
  const observed = { ...measured, mode: 'observe' } as const;
  expect(idsOf({ preset: 'instant', providerGuards: [observed] })).toContain('nothing-decides');
});

test('a stage waits for units that it is the first to treat, and the sentence says how long', () => {
  const [warning] = lintPlan(planOf(stages('5%', '25%', '100%')), { traffic: { unitsPerDay: 100_000 } });
  expect(warning).toMatchObject({
    id: 'hold-too-short',
    path: ['stages', 0, 'dwell'],
    detail: 'At 5 %, 100 new units in each arm take about 29 min; it stays for 10 min.',
  });
});

test('a later attempt is judged by what was asked for, not by the share that is left of it', () => {
  const plan = { ...planOf({ alpha: 0.2 }), attempt: 2, alpha: 0.2 * 0.152 };
  expect(lintPlan(plan, { metrics: METRICS }).map(({ id }) => id)).toEqual(['alpha-large']);
});

test('a scope is seen to be wider where it is written so, and its first stage is a first stage', () => {
  const step = (scope: object | undefined, treatment: string) => ({ treatment, ...(scope && { scope: { ...scope } }) });
  const scopesOf = (...scopes: (object | undefined)[]) => ({
    stages: [
      ...scopes.map((scope, index) => step(scope, `${index + 1}%`)),
      step(undefined, '5%'),
      step(undefined, '100%'),
    ],
  });
  const neighbours = { ...german, values: ['DE', 'AT'] };
  const staff = { segment: 'staff' };
  const seen = (plan: ReturnType<typeof scopesOf>) => idsOf(plan).includes('scope-narrows');
  expect(seen(scopesOf(german, neighbours, { any: [neighbours, staff] }))).toBe(false);
  expect(seen(scopesOf({ all: [german, staff] }, staff))).toBe(false);
  expect(seen(scopesOf(neighbours, german))).toBe(true);
  expect(seen(scopesOf(german, staff))).toBe(true);
  const atOnce = { stages: [step(staff, '50%'), step(undefined, '50%'), step(undefined, '100%')] };
  expect(idsOf(atOnce).filter((id) => id === 'big-bang')).toHaveLength(2);
});
