import { expect, test } from 'vitest';
import { imported } from './imported-manifests.fixture.ts';

/** A canary as Flagger's own pages show one: built-in metrics, steps of weight, and hooks. */
const CANARY = `
apiVersion: flagger.app/v1beta1
kind: Canary
metadata:
  name: podinfo
  namespace: test
spec:
  provider: istio
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: podinfo }
  progressDeadlineSeconds: 60
  autoscalerRef: { apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, name: podinfo }
  service:
    port: 9898
    gateways: [istio-system/public-gateway]
    hosts: [app.example.com]
  analysis:
    interval: 1m
    threshold: 5
    maxWeight: 50
    stepWeight: 10
    metrics:
      - { name: request-success-rate, thresholdRange: { min: 99 }, interval: 1m }
      - { name: request-duration, thresholdRange: { max: 500 }, interval: 30s }
`;

const TEMPLATE = `
apiVersion: flagger.app/v1beta1
kind: MetricTemplate
metadata: { name: not-found, namespace: test }
spec:
  provider: { type: prometheus, address: "http://prometheus:9090", secretRef: { name: prom } }
  query: 100 - sum(rate(http_requests_total{namespace="{{ namespace }}", pod=~"{{ target }}-.*"}[{{ interval }}]))
`;

function canary(analysis: string): string {
  return `kind: Canary\nmetadata: { name: podinfo, namespace: test }\nspec:\n  targetRef: { name: podinfo }\n  analysis:\n${analysis.replaceAll(/^/gm, '    ')}`;
}

test('each weight stays for one interval, and then everybody is treated', async () => {
  const { plan, exitCode } = await imported('flagger', CANARY);
  expect(plan?.flag).toBe('podinfo');
  expect(plan?.treatment).toBe('on');
  expect(plan?.stages).toEqual([
    ...['10%', '20%', '30%', '40%', '50%'].map((treatment) => ({ treatment, dwell: '1m' })),
    { treatment: '100%' },
  ]);
  expect(exitCode).toBe(1);
});

test('failed checks are cumulative: the fifth ends it, so four are allowed in all', async () => {
  const { connections } = await imported('flagger', CANARY);
  expect(connections['Canary/test/podinfo']?.metrics?.map(({ limits }) => limits)).toEqual(
    ['result >= 99', 'result <= 500'].map((successCondition) => ({
      successCondition,
      intervalMs: 60_000,
      initialDelayMs: 60_000,
      failureLimit: 4,
      failureMode: 'total',
    })),
  );
});

test('a canary without a threshold allows no failed check', async () => {
  const { connections } = await imported('flagger', CANARY.replace('    threshold: 5\n', ''));
  expect(connections['Canary/test/podinfo']?.metrics?.[0]?.limits.failureLimit).toBe(0);
});

test('success rate and duration become guards over the units of the flag', async () => {
  const { plan } = await imported('flagger', CANARY);
  expect(plan?.guards).toEqual([{ template: 'error-rate' }, { template: 'latency', args: { slowMs: 500 } }]);
});

test('what means nothing to a flag is named, in the report and above the plan', async () => {
  const { objects, planText } = await imported('flagger', CANARY);
  const { status, reasons } = objects['Canary/test/podinfo'] ?? { reasons: [] };
  expect(status).toBe('partial');
  for (const path of ['provider', 'targetRef', 'progressDeadlineSeconds', 'autoscalerRef', 'service']) {
    expect(reasons.some((reason) => reason.startsWith(`spec.${path} is left out: `))).toBe(true);
  }
  for (const reason of reasons) expect(planText).toContain(`#   ${reason}\n`);
});

test('a field that nobody knows is named with its path', async () => {
  const { reasons } = await imported('flagger', canary('stepWeight: 20\nmetrics:\n  - {name: m, treshold: 3}'));
  expect(reasons).toContain('The metric "m" is left out: without a thresholdRange nothing is ever wrong.');
  const other = await imported('flagger', canary('stepWeight: 20\nwarmUp: 3'));
  expect(other.reasons).toContain('spec.analysis.warmUp is left out: this importer does not know it.');
});

test('a cap is a cap, where Flagger steps over it', async () => {
  const { plan, reasons } = await imported('flagger', canary('stepWeight: 20\nmaxWeight: 50'));
  expect(plan?.stages?.map(({ treatment }) => treatment)).toEqual(['20%', '40%', '50%', '100%']);
  expect(reasons).toContain('Flagger would step over maxWeight, to 60 %');
});

test('the last of weights that reach 100 is the bake', async () => {
  const { plan } = await imported('flagger', canary('interval: 90s\nstepWeights: [1, 10, 100]'));
  expect(plan?.stages?.at(-1)).toEqual({ treatment: '100%' });
  expect(plan?.bake).toBe('90s');
});

test.each([
  ['a weight above 100', 'stepWeights: [1, 200]', 'spec.analysis.stepWeights[1] must be a whole percent'],
  ['weights that fall', 'stepWeights: [20, 10]', 'it falls from 20% to 10%'],
  ['nothing that moves', 'threshold: 3', 'neither stepWeight, nor stepWeights, nor iterations'],
  ['more steps than stages', 'stepWeight: 1\nmaxWeight: 90', 'a plan at most 50 stages'],
  ['text for a number', 'stepWeight: "20"', 'spec.analysis.stepWeight must be a whole number from 0 on'],
  ['an interval that is none', 'interval: soon\nstepWeight: 10', 'spec.analysis.interval must be a duration'],
  ['a hook of an unknown type', 'stepWeight: 10\nwebhooks: [{name: a, type: b, url: c}]', 'has the unknown type b'],
])('%s is refused by name, and gives no plan', async (_, analysis, reason) => {
  const { objects, plan, exitCode } = await imported('flagger', canary(analysis));
  expect(objects['Canary/test/podinfo']?.status).toBe('refused');
  expect(objects['Canary/test/podinfo']?.reasons.join(' ')).toContain(reason);
  expect(plan).toBeUndefined();
  expect(exitCode).toBe(1);
});

test('A/B testing by headers is refused: it would treat everybody else too', async () => {
  const { objects } = await imported(
    'flagger',
    canary('interval: 1m\niterations: 10\nmatch:\n  - headers: { cookie: { regex: "^(.*?;)?(type=insider)(;.*)?$" } }'),
  );
  expect(objects['Canary/test/podinfo']).toMatchObject({ status: 'refused' });
  expect(objects['Canary/test/podinfo']?.reasons[0]).toContain('the scope of a stage is not supported yet');
});

test('the iterations of blue/green are the bake after one switch', async () => {
  const { plan, reasons } = await imported(
    'flagger',
    canary('interval: 1m\nthreshold: 2\niterations: 10\nmirror: true'),
  );
  expect(plan?.stages).toEqual([{ treatment: '100%' }]);
  expect(plan?.bake).toBe('10m');
  expect(reasons).toContain('measured after the switch');
  expect(reasons).toContain('spec.analysis.mirror is left out: a flag copies no traffic.');
});

test('gates are asked by the plan, the other webhooks keep their role, and a person is asked where one would stop it', async () => {
  const types = [
    'confirm-rollout',
    'pre-rollout',
    'rollout',
    'confirm-traffic-increase',
    'confirm-promotion',
    'post-rollout',
    'rollback',
    'event',
  ];
  const hooks = types.map((type) => `  - { name: my-${type}, type: ${type}, url: "http://gate/${type}", timeout: 5s }`);
  const { plan, connections, reasons } = await imported(
    'flagger',
    canary(`stepWeight: 40\nmaxWeight: 80\nwebhooks:\n${hooks.join('\n')}\n  - { name: untyped, url: "http://x" }`),
  );
  expect(plan?.stages?.map(({ approval }) => approval !== undefined)).toEqual([true, false, false]);
  const asked = { secret: 'gate-gate', every: '1m', timeout: '5s', deadline: { after: '7d', then: 'hold' } };
  expect(plan?.gates).toEqual([
    { name: 'my-confirm-rollout', before: 'start', url: 'http://gate/confirm-rollout', ...asked },
    {
      name: 'my-confirm-traffic-increase-start',
      before: 'start',
      url: 'http://gate/confirm-traffic-increase',
      ...asked,
    },
    { name: 'my-confirm-traffic-increase', before: 'advance', url: 'http://gate/confirm-traffic-increase', ...asked },
    { name: 'my-confirm-promotion', before: 'last-stage', url: 'http://gate/confirm-promotion', ...asked },
  ]);
  expect(reasons).toContain('give TIDEGATE_SECRETS a gate-gate for the host gate');
  const webhooks = connections['Canary/test/podinfo']?.webhooks ?? [];
  expect(webhooks.map(({ role, at }) => `${role} ${at}`)).toEqual([
    'check before',
    'check throughout',
    'notice after',
    'rollback throughout',
    'notice every-event',
    'check throughout',
  ]);
  expect(webhooks.map(({ timeoutMs }) => timeoutMs)).toEqual([5_000, 5_000, 5_000, 5_000, 5_000, 10_000]);
  for (const type of types.filter((one) => !one.startsWith('confirm'))) {
    expect(reasons).toContain(`The webhook my-${type} (${type}) is among the connections`);
  }
});

test('the query of a template is filled with what Flagger fills it with', async () => {
  const metric =
    'stepWeight: 10\nmetrics:\n  - { name: "404s", templateRef: { name: not-found }, thresholdRange: { max: 5 }, interval: 2m }';
  const { plan, connections, objects } = await imported('flagger', `${canary(metric)}\n---${TEMPLATE}`);
  expect(plan?.providerGuards).toMatchObject([
    {
      name: '404s',
      provider: 'prometheus',
      query: { value: '100 - sum(rate(http_requests_total{namespace="test", pod=~"podinfo-.*"}[2m]))' },
      // A failed check counts for good, and the first is one too many.
      limits: {
        successCondition: 'result <= 5',
        interval: '1m',
        initialDelay: '1m',
        failureLimit: 0,
        failureMode: 'total',
      },
    },
  ]);
  expect(connections['Canary/test/podinfo']).toBeUndefined();
  expect(objects['MetricTemplate/test/not-found']?.status).toBe('exact');
});

test('a metric whose template or argument is missing is named', async () => {
  const metric = (variables: string) =>
    canary(
      `stepWeight: 10\nmetrics:\n  - { name: m, templateRef: { name: not-found }, thresholdRange: { max: 5 }${variables} }`,
    );
  expect((await imported('flagger', metric(''))).reasons).toContain('its MetricTemplate not-found is not in the file');
  const template = TEMPLATE.replace('{{ target }}', '{{ variables.pod }}');
  const without = await imported('flagger', `${metric('')}\n---${template}`);
  expect(without.reasons).toContain('nothing says what {{ variables.pod }} stands for');
  const filled = await imported('flagger', `${metric(', templateVariables: { pod: web }')}\n---${template}`);
  expect(filled.plan?.providerGuards?.[0]?.query).toMatchObject({ value: expect.stringContaining('pod=~"web-.*"') });
});

test('notices and foreign objects are refused by name', async () => {
  const { objects } = await imported(
    'flagger',
    `${CANARY}\n---\nkind: AlertProvider\nmetadata: {name: slack}\nspec: {type: slack}\n---\nkind: Deployment\nmetadata: {name: web}`,
  );
  expect(objects['AlertProvider/slack']?.status).toBe('refused');
  expect(objects['Deployment/web']?.reasons).toEqual(['A Deployment says nothing of how a flag is rolled out.']);
});

test('of two canaries with one name in two namespaces each gives its plan', async () => {
  const other = CANARY.replace('namespace: test', 'namespace: live').replace('stepWeight: 10', 'stepWeight: 25');
  const { plan } = await imported('flagger', `${CANARY}\n---${other}`, '--name', 'Canary/live/podinfo');
  expect(plan?.stages?.map(({ treatment }) => treatment)).toEqual(['25%', '50%', '100%']);
});

test('a gate on rising traffic is asked before the first share too', async () => {
  const hook = 'webhooks: [{ name: a, type: confirm-traffic-increase, url: "http://a" }]';
  const { plan } = await imported('flagger', canary(`stepWeight: 50\nmaxWeight: 50\n${hook}`));
  expect(plan?.gates?.map(({ before }) => before)).toEqual(['start', 'advance']);
});

test('a gate before promotion is asked before the success where everybody is treated by then', async () => {
  const hook = 'webhooks: [{ name: a, type: confirm-promotion, url: "http://a", metadata: { cmd: check } }]';
  const { plan, reasons } = await imported('flagger', canary(`stepWeight: 50\nmaxWeight: 100\n${hook}`));
  expect(plan?.gates?.map(({ before }) => before)).toEqual(['success']);
  expect(reasons).toContain('The metadata of the webhook a');
});

test('a person is asked where the address of a gate has credentials in it', async () => {
  const hook = 'webhooks: [{ name: a, type: confirm-rollout, url: "http://user:hush@a/" }]';
  const { plan, reasons } = await imported('flagger', canary(`stepWeight: 50\n${hook}`));
  expect(plan?.gates).toBeUndefined();
  expect(plan?.stages?.[0]?.approval).toBeDefined();
  expect(reasons).toContain('a gate of a plan has a plain http address');
});
