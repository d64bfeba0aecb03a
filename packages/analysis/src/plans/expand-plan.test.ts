import { describe, expect, test } from 'vitest';
import type { RolloutPlan } from '../rollout/plan.ts';
import { expandPlan, type PlanContext } from './expand-plan.ts';
import { CONTEXT } from './plan-context.fixture.ts';
import type { PlanFlaw } from './plan-flaw.ts';
import type { WrittenPlan } from './written-plan.ts';

const SMALLEST: WrittenPlan = { flag: 'new-checkout', treatment: 'on', guards: [{ template: 'error-rate@1' }] };

function planOf(changes: Partial<WrittenPlan> = {}, context: PlanContext = CONTEXT): RolloutPlan {
  const expanded = expandPlan({ ...SMALLEST, ...changes }, context);
  if (expanded.kind === 'flawed') throw new Error(JSON.stringify(expanded.flaws));
  return expanded.plan;
}

function flawsOf(changes: Partial<WrittenPlan>, context: PlanContext = CONTEXT): readonly PlanFlaw[] {
  const expanded = expandPlan({ ...SMALLEST, ...changes }, context);
  return expanded.kind === 'flawed' ? expanded.flaws : [];
}

const sharesOf = ({ stages }: RolloutPlan) => stages.map(({ treatmentPpm }) => treatmentPpm / 10_000);

test('a flag, a treatment and a template are a whole plan, with everything said', () => {
  expect(planOf()).toEqual({
    flagKey: 'new-checkout',
    rule: 'fallthrough',
    treatment: 'on',
    control: 'off',
    unit: 'targetingKey',
    stages: [
      { treatmentPpm: 50_000, dwellMs: 1_800_000, minUnits: 100 },
      { treatmentPpm: 250_000, dwellMs: 1_800_000, minUnits: 100 },
      { treatmentPpm: 500_000, dwellMs: 3_600_000, minUnits: 100 },
      { treatmentPpm: 1_000_000, dwellMs: 0, minUnits: 100 },
    ],
    bakeMs: 600_000,
    alpha: 0.05,
    guards: [
      {
        metric: 'error-rate',
        weight: 1,
        template: { name: 'error-rate', version: 1, args: { event: '$error', browserEvidence: false } },
        definition: {
          description: 'Units with an error ($error)',
          event: '$error',
          harm: 'up',
          browserEvidence: false,
        },
      },
    ],
    noDataMs: 900_000,
    confirmMs: 10_000,
    maxDuration: JSON.parse('{"afterMs":2592000000,"then":"abort"}'),
  });
});

test('without a guard the errors of the branch that runs are one', () => {
  const { guards, ...unguarded } = SMALLEST;
  expect(expandPlan(unguarded, CONTEXT)).toMatchObject({ plan: { guards: [{ metric: 'run-errors', weight: 1 }] } });
});

describe('presets', () => {
  test.each([
    ['standard', [5, 25, 50, 100]],
    ['canary-10-30m', [10, 100]],
    ['instant', [100]],
    ['linear', [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]],
    ['exponential', [1, 2, 4, 8, 16, 32, 64, 100]],
  ] as const)('%s has the stages %j', (preset, shares) => {
    expect(sharesOf(planOf({ preset }))).toEqual(shares);
  });

  test('take what they are told, and refuse what they have no use for', () => {
    const linear = planOf({ preset: { name: 'linear', step: '40%', dwell: '5m', minUnits: 7 } });
    expect(sharesOf(linear)).toEqual([40, 80, 100]);
    expect(linear.stages[0]).toMatchObject({ dwellMs: 300_000, minUnits: 7 });
    expect(sharesOf(planOf({ preset: { name: 'exponential', from: '3%', factor: 5 } }))).toEqual([3, 15, 75, 100]);
    expect(flawsOf({ preset: { name: 'standard', step: '5%' } })).toMatchObject([
      { code: 'invalid-plan', path: ['preset', 'step'] },
    ]);
  });

  test('that would need too many stages are refused, and end all the same', () => {
    expect(flawsOf({ preset: { name: 'linear', stepPpm: 1 } })).toMatchObject([{ code: 'invalid-stages' }]);
    expect(flawsOf({ preset: { name: 'exponential', fromPpm: 1, factor: 1.01 } })).toMatchObject([
      { code: 'invalid-stages' },
    ]);
  });
});

test('words and numbers say the same', () => {
  const words = planOf({
    stages: [{ treatment: '2.5%', dwell: '30m' }, { treatment: '100%' }],
    bake: '1h',
    noData: '20s',
    confirm: '5s',
    controlSample: '0.07%',
    startAt: '2026-03-02T10:00:00+01:00',
  });
  const numbers = planOf({
    stages: [{ treatmentPpm: 25_000, dwellMs: 1_800_000 }, { treatmentPpm: 1_000_000 }],
    bakeMs: 3_600_000,
    noDataMs: 20_000,
    confirmMs: 5_000,
    controlSamplePpm: 700,
    startAtMs: Date.UTC(2026, 2, 2, 9),
  });
  expect(words).toEqual(numbers);
});

test.each([
  [{ bake: '30' }, ['bake'], 'Expected a duration: a whole number and ms, s, m, h or d, like 30m; came "30".'],
  [{ bake: '1h', bakeMs: 1 }, ['bake'], 'said twice'],
  [{ stages: [{ treatment: '101%' }] }, ['stages', 0, 'treatment'], 'Expected a percent above 0 and at most 100'],
  [{ stages: [{ dwell: '1m' }] }, ['stages', 0, 'treatment'], 'Expected a percent, like 5%'],
  [{ startAt: 'tomorrow' }, ['startAt'], 'Expected an instant with its offset'],
  [{ startAt: '2026-02-30T25:00:00Z' }, ['startAt'], 'Expected an instant'],
  [{ preset: 'linear', stages: [{ treatment: '100%' }] }, ['preset'], 'from a preset or from a list'],
  [{ flagKey: 'other' }, ['flag'], 'said twice, as flag and as flagKey'],
  [{ guards: [{}] }, ['guards', 0], 'names a metric of the environment, or a template'],
  [{ guards: [{ metric: 'x', args: { a: 1 } }] }, ['guards', 0, 'args'], 'Arguments are for a template'],
] as const)('%j is refused at its place', (changes, path, detail) => {
  const flaws = flawsOf(changes as Partial<WrittenPlan>);
  expect(flaws).toHaveLength(1);
  expect(flaws[0]?.path).toEqual(path);
  expect(flaws[0]?.detail).toContain(detail);
});

test('a cap cuts stages off, and is the last one', () => {
  expect(sharesOf(planOf({ maxTreatment: '30%' }))).toEqual([5, 25, 30]);
  expect(sharesOf(planOf({ maxTreatment: '25%' }))).toEqual([5, 25]);
  expect(planOf({ preset: 'instant', maxTreatment: '10%' })).toMatchObject({
    stages: [{ treatmentPpm: 100_000 }],
    maxTreatmentPpm: 100_000,
  });
});

test('every wait is given an end, unless the plan names one', () => {
  const proven = { treatment: '10%', safeRatio: 1.2 };
  const own = JSON.parse('{"after":"2h","then":"hold"}');
  const { stages, maxDuration } = planOf({
    stages: [proven, { ...proven, treatment: '20%', safeDeadline: own }, { treatment: '100%' }],
    guards: [{ metric: 'errors' }],
    bake: '40d',
  });
  expect(stages.map(({ safeDeadline }) => safeDeadline?.afterMs)).toEqual([604_800_000, 7_200_000, undefined]);
  expect(maxDuration?.afterMs).toBe(2 * (40 * 86_400_000 + 1_200_000));
  expect(planOf({ maxDuration: own }).maxDuration?.afterMs).toBe(7_200_000);
  const [first, second] = planOf({
    preset: 'canary-10-30m',
    guards: [{ metric: 'errors', margins: [1.2, null] }],
  }).stages;
  expect([first?.safeDeadline?.afterMs, second?.safeDeadline]).toEqual([604_800_000, undefined]);
});

test('what is held back is left out of the last stage, however the stages are said', () => {
  const holdback = { share: '1%', duration: '7d' };
  expect(sharesOf(planOf({ preset: 'standard', holdback }))).toEqual([5, 25, 50, 99]);
  expect(sharesOf(planOf({ preset: 'instant', holdback }))).toEqual([99]);
  expect(planOf({ holdback }).holdback).toEqual({ ppm: 10_000, durationMs: 604_800_000 });
  expect(flawsOf({ holdback: { duration: '7d' } })).toMatchObject([{ path: ['holdback', 'share'] }]);
});

test('a wait for another environment is over after a week, unless the plan says otherwise', () => {
  const week = { afterMs: 604_800_000, then: 'abort' };
  expect(planOf({ after: { environment: 'staging' } }).after).toEqual({ environment: 'staging', deadline: week });
  const deadline = JSON.parse('{"after":"1h","then":"hold"}');
  expect(planOf({ after: { environment: 'staging', deadline } }).after?.deadline).toEqual({
    afterMs: 3_600_000,
    then: 'hold',
  });
});

describe('a template', () => {
  test('that is named without a version is the newest, and stays that version from then on', () => {
    const [guard] = planOf({ guards: [{ template: 'error-rate' }] }).guards;
    expect(guard?.template?.version).toBe(7);
    expect(planOf({ guards: [guard ?? {}] }).guards).toEqual([guard]);
  });

  test('takes arguments of its own types, and gives the guard another name', () => {
    const slow = { metric: 'checkout-slow', template: 'latency', args: { slowMs: 250 } };
    expect(planOf({ guards: [slow] }).guards[0]).toMatchObject({
      metric: 'checkout-slow',
      template: { name: 'latency', version: 1, args: { slowMs: 250, event: '$duration' } },
      definition: { countsWhen: { above: 250 }, description: 'Units with a wait of more than 250 ms ($duration)' },
    });
  });

  test.each([
    [{ template: 'nothing' }, 'unknown-template', ['guards', 0, 'template']],
    [{ template: 'latency@9' }, 'unknown-template', ['guards', 0, 'template']],
    [{ template: 'latency@x' }, 'unknown-template', ['guards', 0, 'template']],
    [{ template: 'latency', args: { slowMs: '250' } }, 'invalid-template-arguments', ['guards', 0, 'args', 'slowMs']],
    [{ template: 'latency', args: { slowMs: 0 } }, 'invalid-template-arguments', ['guards', 0, 'args', 'slowMs']],
    [{ template: 'latency', args: { slow: 1 } }, 'invalid-template-arguments', ['guards', 0, 'args', 'slow']],
  ] as const)('as %j is refused: %s', (guard, code, path) => {
    expect(flawsOf({ guards: [guard] })).toMatchObject([{ code, path }]);
  });

  test('whose metric does not have the shape of one is refused with what is wrong with it', () => {
    const context = { ...CONTEXT, readMetric: () => ({ flaw: '/event: too long' }) };
    expect(flawsOf({}, context)).toMatchObject([
      { code: 'invalid-template-arguments', detail: expect.stringContaining('/event: too long') },
    ]);
  });

  test('with a definition that it did not make is refused', () => {
    const [guard] = planOf().guards;
    const forged = { ...guard, definition: { description: '', event: 'x', harm: 'up', browserEvidence: true } };
    expect(flawsOf({ guards: [forged as NonNullable<typeof guard>] })).toMatchObject([
      { path: ['guards', 0, 'definition'] },
    ]);
  });
});

test('without a control, a rule that serves no single variation is refused', () => {
  const context = { ...CONTEXT, presentVariation: () => undefined };
  expect(flawsOf({}, context)).toMatchObject([{ code: 'rule-does-not-serve-control', path: ['control'] }]);
  expect(planOf({ control: 'blue' }, context).control).toBe('blue');
});

describe('attempts', () => {
  const at = (attempt: number): PlanContext => ({ ...CONTEXT, countAttempt: () => attempt });

  test('after the first spend less each', () => {
    expect(planOf({}, at(1))).toMatchObject({ alpha: 0.05 });
    expect(planOf({}, at(1))).not.toHaveProperty('attempt');
    expect(planOf({}, at(2))).toMatchObject({ attempt: 2, alpha: 0.05 * (6 / (Math.PI * Math.PI * 4)) });
    expect(planOf({}, at(3)).alpha).toBeLessThan(planOf({}, at(2)).alpha);
  });

  test('that give back the plan of another attempt spend their own share, and no share of a share', () => {
    const second = planOf({}, at(2));
    const third = expandPlan(second, at(3));
    expect(third.kind === 'plan' && third.plan.alpha).toBeCloseTo(planOf({}, at(3)).alpha, 12);
    expect(expandPlan(second, at(2))).toEqual({ kind: 'plan', plan: second });
  });
});

test('a cap of some is a percent of treatment, and may be none', () => {
  const condition = { segment: 'germany' };
  const caps = (...shares: readonly object[]) => shares.map((share) => ({ condition, ...share }));
  const asked = caps({ maxTreatment: '25%' }, { maxTreatment: '0%' }, { maxTreatmentPpm: 50_000 });
  expect(planOf({ caps: asked }).caps?.map(({ maxTreatmentPpm }) => maxTreatmentPpm)).toEqual([250_000, 0, 50_000]);
  const said = { maxTreatment: '5%', maxTreatmentPpm: 50_000 };
  expect(flawsOf({ caps: caps({}, { maxTreatment: '101%' }, said) }).map(({ path }) => path)).toEqual(
    [0, 1, 2].map((index) => ['caps', index, 'maxTreatment']),
  );
});
