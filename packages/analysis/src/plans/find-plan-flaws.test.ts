import { expect, test } from 'vitest';
import type { MetricDefinition, RolloutPlan } from '../rollout/plan.ts';
import { expandPlan } from './expand-plan.ts';
import { findPlanFlaws, type PlanSurroundings } from './find-plan-flaws.ts';
import { CONTEXT } from './plan-context.fixture.ts';
import type { WrittenPlan } from './written-plan.ts';

const metric = (harm: 'up' | 'down') => ({ description: '', event: 'e', harm, browserEvidence: false });

const THERE: PlanSurroundings = {
  variations: ['off', 'on'],
  // What the form of a metric is beyond its direction is nothing to these checks.
  metrics: new Map([
    ['errors', metric('up') as MetricDefinition],
    ['sales', metric('down') as MetricDefinition],
    ['revenue', { ...metric('down'), kind: 'mean', windowMs: 60_000 }],
  ]),
  countApprovers: ({ roles }) => (roles === undefined ? 2 : 0),
  hasEnvironment: (key) => key === 'staging',
  findWindowFlaw: ({ cron }) => (cron === 'bad' ? 'Expected a cron expression.' : undefined),
  findHookFlaw: () => undefined,
  findGateFlaw: ({ secret }) => (secret === 'missing' ? 'There is no such secret.' : undefined),
};

function planOf(changes: Partial<WrittenPlan>): RolloutPlan {
  const written = { flag: 'f', treatment: 'on', guards: [{ metric: 'errors' }], ...changes };
  const expanded = expandPlan(written, CONTEXT);
  if (expanded.kind === 'flawed') throw new Error(JSON.stringify(expanded.flaws));
  return expanded.plan;
}

/** What keeps the plan from being started. */
function flawsOf(changes: Partial<WrittenPlan>) {
  return findPlanFlaws(planOf(changes), THERE).map(({ code, path }) => [code, path.join('.')]);
}

const deadline = (after: string) => JSON.parse(`{"after":"${after}","then":"abort"}`);
const trial = (metric: string) => ({ metric, deadline: deadline('1d') });
const german = { attribute: 'country', operator: 'in', values: ['DE'] };
const STAGES = [{ treatment: '10%' }, { treatment: '100%' }];

test('a plan that can run has no flaw', () => {
  expect(findPlanFlaws(planOf({}), THERE)).toEqual([]);
  expect(findPlanFlaws(planOf({ guards: [{ template: 'latency' }, { metric: 'sales' }] }), THERE)).toEqual([]);
});

test.each<[string, Partial<WrittenPlan>, readonly (readonly string[])[]]>([
  ['a treatment that is none', { treatment: 'blue' }, [['unknown-variation', 'treatment']]],
  ['a control that is none', { control: 'blue' }, [['unknown-variation', 'control']]],
  ['one variation for both arms', { control: 'on' }, [['unknown-variation', 'treatment']]],
  [
    'stages that stay or fall',
    { stages: [{ treatment: '10%' }, { treatment: '10%' }, { treatment: '5%' }, { treatment: '100%' }] },
    [
      ['invalid-stages', 'stages.1.treatment'],
      ['invalid-stages', 'stages.2.treatment'],
    ],
  ],
  ['stages that end early', { stages: [{ treatment: '10%' }] }, [['invalid-stages', 'stages.0.treatment']]],
  [
    'stages that end below their cap',
    { stages: [{ treatment: '10%' }], maxTreatment: '50%' },
    [['invalid-stages', 'stages.0.treatment']],
  ],
  ['a guard that is not there', { guards: [{ metric: 'nothing' }] }, [['unknown-metric', 'guards.0.metric']]],
  [
    'two guards of one name',
    { guards: [{ template: 'latency' }, { metric: 'errors' }, { metric: 'latency', template: 'error-rate' }] },
    [['invalid-plan', 'guards.2.metric']],
  ],
  [
    'margins that are not one per stage',
    { stages: STAGES, guards: [{ metric: 'errors', margins: [1.2] }] },
    [['invalid-plan', 'guards.0.margins']],
  ],
  [
    'a margin on the harmless side',
    { stages: STAGES, guards: [{ metric: 'errors', margins: [0.9, null] }] },
    [['invalid-plan', 'guards.0.margins.0']],
  ],
  [
    'tolerances on the harmless side',
    {
      guards: [
        { metric: 'errors', tolerance: 0.9 },
        { metric: 'sales', tolerance: 1.1 },
      ],
    },
    [
      ['invalid-plan', 'guards.0.tolerance'],
      ['invalid-plan', 'guards.1.tolerance'],
    ],
  ],
  [
    'a ratio of a stage that is no harm',
    { stages: [{ treatment: '10%', safeRatio: 1 }, { treatment: '100%' }] },
    [['invalid-plan', 'stages.0.safeRatio']],
  ],
  [
    'an experiment on what is no guard',
    {
      stages: [{ treatment: '10%', experiment: { metric: 'sales', deadline: deadline('1d') } }, { treatment: '100%' }],
    },
    [['invalid-plan', 'stages.0.experiment.metric']],
  ],
  [
    'an experiment where nobody is left to compare with',
    { stages: [{ treatment: '10%' }, { treatment: '100%', experiment: trial('errors') }] },
    [['invalid-plan', 'stages.1.experiment']],
  ],
  [
    'an experiment on a distribution without a margin, which nothing could win',
    {
      stages: [{ treatment: '10%', experiment: trial('latency') }, { treatment: '100%' }],
      guards: [{ metric: 'latency', template: 'latency-distribution' }],
    },
    [['invalid-plan', 'stages.0.experiment.metric']],
  ],
  [
    'a group of a guard that no score counts',
    { guards: [{ metric: 'errors', group: 'technical' }] },
    [['invalid-plan', 'guards.0.group']],
  ],
  [
    'a score of groups that are not there, and with the ends the wrong way round',
    {
      guards: [{ metric: 'errors', group: 'other' }, { metric: 'sales' }],
      score: { groupWeights: { technical: 1 }, marginal: 90, pass: 80 },
    },
    [
      ['invalid-plan', 'guards.0.group'],
      ['invalid-plan', 'score.groupWeights.technical'],
      ['invalid-plan', 'score.marginal'],
    ],
  ],
  [
    'a holdback of a plan that is capped',
    { maxTreatment: '50%', holdback: { share: '1%', duration: '1d' } },
    [['invalid-plan', 'holdback']],
  ],
  [
    'a wait for another environment that is over when it begins',
    { after: { environment: 'staging', deadline: deadline('0s') } },
    [['invalid-plan', 'after.deadline.after']],
  ],
  [
    'a scope of the last stage, which is for everybody',
    { stages: [{ treatment: '10%' }, { treatment: '100%', scope: german }] },
    [['invalid-stages', 'stages.1.scope']],
  ],
  [
    'a scope that knows positions, or asks another flag',
    {
      stages: [
        { treatment: '10%', scope: { all: [german, { not: { bucket: { salt: 's', fromPpm: 0, toPpm: 1 } } }] } },
        { treatment: '20%', scope: { flag: 'other', variations: ['on'] } },
        { treatment: '100%' },
      ],
    },
    [
      ['invalid-plan', 'stages.0.scope'],
      ['invalid-plan', 'stages.1.scope'],
    ],
  ],
  [
    'a cap between two stages, or beyond the last',
    {
      maxTreatment: '50%',
      caps: [
        { condition: german, maxTreatment: '20%' },
        { condition: german, maxTreatment: '60%' },
      ],
    },
    [
      ['invalid-plan', 'caps.0.maxTreatment'],
      ['invalid-plan', 'caps.1.maxTreatment'],
    ],
  ],
  [
    'a cap that knows positions, or asks another flag',
    {
      caps: [
        { condition: { any: [german, { bucket: { salt: 's', fromPpm: 0, toPpm: 1 } }] }, maxTreatment: '0%' },
        { condition: { not: { flag: 'f', variations: ['on'] } }, maxTreatment: '5%' },
      ],
    },
    [
      ['invalid-plan', 'caps.0.condition'],
      ['invalid-plan', 'caps.1.condition'],
    ],
  ],
  ['a plan that takes longer than it may', { maxDuration: deadline('1h') }, [['invalid-plan', 'maxDuration.after']]],
  [
    'more approvals than there are people',
    { stages: [{ treatment: '10%' }, { treatment: '100%', approval: { count: 3 } }] },
    [['invalid-plan', 'stages.1.approval.count']],
  ],
  [
    'approvals by a role that nobody has',
    { stages: [{ treatment: '10%' }, { treatment: '100%', approval: { roles: ['reader'] } }] },
    [['invalid-plan', 'stages.1.approval.count']],
  ],
  [
    'a margin of none where the stage has one for all',
    {
      stages: [{ treatment: '10%', safeRatio: 1.2 }, { treatment: '100%' }],
      guards: [{ metric: 'errors', margins: [null, null] }],
    },
    [['invalid-plan', 'guards.0.margins.0']],
  ],
  [
    'bounds of shares on what is no share',
    { guards: [{ metric: 'revenue', maxRate: 0.1, tolerance: 0.9 }] },
    [
      ['invalid-plan', 'guards.0.maxRate'],
      ['invalid-plan', 'guards.0.tolerance'],
    ],
  ],
  [
    'deadlines that have passed when they begin',
    { maxDuration: deadline('0s'), stages: [{ treatment: '100%', safeDeadline: deadline('0m') }] },
    [
      ['invalid-plan', 'maxDuration.after'],
      ['invalid-plan', 'stages.0.safeDeadline.after'],
    ],
  ],
  [
    'an environment that is not there',
    { after: { environment: 'qa' } },
    [['unknown-environment', 'after.environment']],
  ],
  [
    'a window that cannot be read',
    { windows: [{ cron: 'bad', timeZone: 'UTC', duration: '8h' }] },
    [['invalid-plan', 'windows.0']],
  ],
])('%s is refused at its place', (_, changes, expected) => {
  expect(flawsOf(changes)).toEqual(expected);
});

test.each<[string, Partial<WrittenPlan>]>([
  [
    'tolerances on the harmful side',
    {
      guards: [
        { metric: 'errors', tolerance: 1.1 },
        { metric: 'sales', tolerance: 0.9 },
      ],
    },
  ],
  [
    'a stage of its own ratio for guards of both directions',
    { stages: [{ treatment: '10%', safeRatio: 1.2 }, { treatment: '100%' }] },
  ],
  [
    'as many approvals as there are people',
    { stages: [{ treatment: '10%' }, { treatment: '100%', approval: { count: 2 } }] },
  ],
  ['an environment before this one', { after: { environment: 'staging' } }],
  ['an experiment on a guard', { stages: [{ treatment: '10%', experiment: trial('errors') }, { treatment: '100%' }] }],
  [
    'a score of the groups of its guards',
    {
      guards: [
        { metric: 'errors', group: 'technical' },
        { metric: 'sales', group: 'business' },
      ],
      score: { groupWeights: { technical: 60, business: 40 }, marginal: 75, pass: 95 },
    },
  ],
  [
    'the same share of more people',
    { stages: [{ treatment: '10%', scope: german }, { treatment: '10%' }, { treatment: '100%' }] },
  ],
  ['a share that is held back', { holdback: { share: '1%', duration: '7d' } }],
  [
    'caps at the shares of stages, and at nothing',
    {
      caps: [
        { condition: german, maxTreatment: '25%' },
        { condition: { segment: 'staff' }, maxTreatment: '0%' },
      ],
    },
  ],
  ['a cap that the stages reach', { stages: [{ treatment: '10%' }, { treatment: '50%' }], maxTreatment: '50%' }],
])('%s is no flaw', (_, changes) => {
  expect(flawsOf(changes)).toEqual([]);
});

test('a cap that no stage has is told the nearest shares that are one', () => {
  const detailOf = (maxTreatment: string) =>
    findPlanFlaws(planOf({ caps: [{ condition: german, maxTreatment }] }), THERE)[0]?.detail;
  expect(detailOf('20%')).toContain('no stage has 20 %: say 5 % or 25 %, or add a stage of 20 %');
  expect(detailOf('2%')).toContain('say 0 % or 5 %');
});
