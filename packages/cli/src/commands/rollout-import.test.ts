import { addMeasurement, assessMetric, EMPTY_TALLY, type MetricLimits } from '@tidegate/analysis/limits';
import { expect, test } from 'vitest';
import { imported } from './imported-manifests.fixture.ts';

const CONFIG = {
  name: 'checkout',
  description: 'as Kayenta shows one',
  configVersion: '1',
  applications: ['shop'],
  judge: { name: 'NetflixACAJudge-v1.0', judgeConfigurations: {} },
  metrics: [
    {
      name: 'errors',
      query: { type: 'prometheus', serviceType: 'prometheus', metricName: 'errors_total' },
      groups: ['Errors'],
      analysisConfigurations: {
        canary: {
          direction: 'increase',
          critical: true,
          mustHaveData: true,
          nanStrategy: 'replace',
          effectSize: { allowedIncrease: 1.1, criticalIncrease: 1.5 },
        },
      },
      scopeName: 'default',
    },
    { name: 'latency', query: { type: 'prometheus' }, groups: ['Latency'], analysisConfigurations: { canary: {} } },
  ],
  templates: {},
  classifier: { groupWeights: { Errors: 60, Latency: 40 }, scoreThresholds: { marginal: 75, pass: 95 } },
};

test('a canary config becomes a judge, with the tolerance and confidence that its code has', async () => {
  const { connections, objects, plan } = await imported('kayenta', JSON.stringify(CONFIG));
  const judge = connections['CanaryConfig/checkout']?.judge;
  expect(judge?.groupWeights).toEqual({ Errors: 60, Latency: 40 });
  expect(judge?.thresholds).toEqual({ marginal: 75, pass: 95 });
  expect(judge?.metrics[0]).toEqual({
    name: 'errors',
    query: CONFIG.metrics[0]?.query,
    groups: ['Errors'],
    direction: 'increase',
    nan: 'zero',
    isCritical: true,
    isRequired: true,
    rule: {
      kind: 'interval',
      confidence: 0.98,
      margin: { of: 'shift', amount: 0.25 },
      effect: { measure: 'mean-ratio', allowed: { low: 1, high: 1.1 }, critical: { low: 1, high: 1.5 } },
    },
  });
  expect(judge?.metrics[1]).toMatchObject({ direction: 'either', nan: 'remove', isCritical: false, isRequired: false });
  expect(objects['CanaryConfig/checkout']?.reasons.join(' ')).toContain('no plan is made of it');
  expect(plan).toBeUndefined();
});

test.each([
  ['another judge', { judge: { name: 'mine' } }, 'The judge "mine" is not known'],
  ['a weight above 100', { classifier: { groupWeights: { a: 101 } } }, 'must be a number from 0 to 100'],
  ['metrics that are no list', { metrics: {} }, 'metrics must be a list'],
  ['no metric', { metrics: [] }, 'None of its metrics can be judged'],
])('a canary config with %s is refused by name', async (_, member, reason) => {
  const { objects, exitCode } = await imported('kayenta', JSON.stringify({ ...CONFIG, ...member }));
  expect(objects['CanaryConfig/checkout']?.status).toBe('refused');
  expect(objects['CanaryConfig/checkout']?.reasons.join(' ')).toContain(reason);
  expect(exitCode).toBe(1);
});

test.each([
  ['an unknown direction', { direction: 'sideways' }, 'its direction sideways is not known'],
  ['an unknown strategy for NaN', { nanStrategy: 'guess' }, 'its nanStrategy "guess" is not known'],
  ['an unknown measure', { effectSize: { measure: 'vibes' } }, 'its measure vibes is not known'],
  ['muting', { muted: true }, 'it is muted'],
  ['outliers that are removed', { outliers: { strategy: 'remove', outlierFactor: 3 } }, 'outliers are kept'],
])('a metric with %s is named, and the others are judged', async (_, canary, reason) => {
  const metrics = [...CONFIG.metrics, { name: 'odd', query: {}, groups: [], analysisConfigurations: { canary } }];
  const { objects } = await imported('kayenta', JSON.stringify({ ...CONFIG, metrics }));
  expect(objects['CanaryConfig/checkout']?.status).toBe('partial');
  expect(objects['CanaryConfig/checkout']?.reasons.join(' ')).toContain(reason);
});

/** Each level names the one before ten times. */
const BOMB = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  .concat(
    Array.from({ length: 9 }, (_, level) => {
      const before = `*${'abcdefghij'[level]}`;
      return `${'bcdefghijk'[level]}: &${'bcdefghijk'[level]} [${Array.from({ length: 10 }, () => before).join(', ')}]`;
    }),
  )
  .join('\n');

test.each([
  ['aliases that grow to gigabytes', `kind: Canary\n${BOMB}`, 'alias'],
  ['an alias of what it stands in', 'kind: Canary\nspec: &a { analysis: *a }', 'cannot be read'],
  ['ten megabytes', `kind: Canary\nspec: ${'x'.repeat(10_000_000)}`, 'more than 1000000 characters'],
  ['brackets without an end', '['.repeat(200_000), 'deeper than 40 levels'],
  ['deep nesting', `${'{a: '.repeat(60)}1${'}'.repeat(60)}`, 'deeper than 40 levels'],
  ['too many values', `[${'1,'.repeat(150_000)}1]`, 'more than 100000 values'],
  ['values that aliases repeat', `a: &a [${'1,'.repeat(60_000)}1]\nb: *a`, 'more than 100000 values'],
  ['lists in lists on one line', '- '.repeat(200_000), 'deeper than 40 levels'],
  ['no YAML', 'kind: "Canary', 'cannot be read'],
  ['nothing', '', 'it has no Canary'],
  ['a number', '7', 'it has no Canary'],
  ['somebody else', 'kind: Deployment', 'it has no Canary'],
])('a file of %s is an error of usage that says so', async (_, text, reason) => {
  const { exitCode, stderr, objects } = await imported('flagger', text);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(reason);
  expect(stderr.length).toBeLessThan(1_000);
  expect(objects).toEqual({});
});

test('objects of wrong types are refused one by one, and the others are read', async () => {
  const { objects, exitCode } = await imported(
    'flagger',
    [
      'kind: Canary\nmetadata: { name: good }\nspec: { analysis: { stepWeight: 50 } }',
      'kind: Canary\nmetadata: { name: list }\nspec: []',
      'kind: Canary\nmetadata: 5',
      'kind: [Canary]',
      'just text',
      'kind: Canary\nmetadata: { name: __proto__ }\nspec: { analysis: { stepWeight: 5, __proto__: { maxWeight: 7 } } }',
      'kind: Canary\nmetadata: { name: good }\nspec: { analysis: { interval: 1m, metrics: [5] } }',
    ].join('\n---\n'),
    '--name',
    'good',
  );
  expect(exitCode).toBe(1);
  expect(Object.entries(objects).map(([title, { status }]) => `${title} ${status}`)).toEqual([
    'Canary/good partial',
    'Canary/list refused',
    'Canary/number-3 refused',
    'Object/number-4 refused',
    'Object/number-5 refused',
    'Canary/__proto__ partial',
    'Canary/good (2) refused',
  ]);
});

test('control characters in a manifest write no line of their own, neither to the terminal nor into the plan', async () => {
  const { stdout, planText } = await imported(
    'flagger',
    'kind: Canary\nmetadata: { name: a }\nspec: { analysis: { stepWeight: 50 }, "x\\nguards: []\\e[31m": 1 }',
  );
  expect(stdout).not.toContain('\u001b[31m');
  expect(planText).not.toMatch(/^guards: \[\]/m);
  expect(planText).toContain('# ');
});

test('without --from, or from a tool that there is not, nothing is read', async () => {
  expect((await imported('spinnaker', 'kind: Canary')).exitCode).toBe(2);
});

/** At which failure it fails, when every other measurement is good. */
function fatalFailure(limits: MetricLimits): number | undefined {
  let tally = EMPTY_TALLY;
  for (let failures = 1; failures <= 10; failures += 1) {
    for (const verdict of ['successful', 'failed'] as const) {
      tally = addMeasurement(tally, { verdict, detail: '', isPermanent: false }, { atMs: 0 });
    }
    if (assessMetric(limits, tally, { nowMs: 0 }).verdict === 'failed') return failures;
  }
  return undefined;
}

test.each([
  ['flagger', 'threshold: 5', 5],
  ['flagger', 'stepWeight: 50', 1],
  ['argo', 'failureLimit: 1', 2],
  ['argo', 'interval: 1m', 1],
  ['argo', 'failureLimit: -1', undefined],
])('with %s and %s the rollout ends at the failure at which it ended there', async (tool, line, failures) => {
  const manifest =
    tool === 'flagger'
      ? `kind: Canary\nmetadata: { name: a }\nspec:\n  analysis:\n    maxWeight: 50\n    stepWeights: [50]\n    ${line}\n    metrics: [{ name: request-success-rate, thresholdRange: { min: 99 } }]`
      : `kind: AnalysisTemplate\nmetadata: { name: a }\nspec:\n  metrics:\n    - name: m\n      initialDelay: 1m\n      count: 20\n      successCondition: result > 1\n      provider: { prometheus: { query: up } }\n      ${line === 'interval: 1m' ? line : `interval: 1m\n      ${line}`}`;
  const { connections } = await imported(tool, manifest);
  const limits = Object.values(connections)[0]?.metrics?.[0]?.limits;
  expect(limits && fatalFailure(limits)).toBe(failures);
});
