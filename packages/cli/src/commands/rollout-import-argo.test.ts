import { expect, test } from 'vitest';
import { imported } from './imported-manifests.fixture.ts';

/** A rollout as Argo's own pages show one: steps, pauses, and a router. */
const ROLLOUT = `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: rollouts-demo }
spec:
  replicas: 5
  revisionHistoryLimit: 2
  selector: { matchLabels: { app: demo } }
  template:
    metadata: { labels: { app: demo } }
    spec: { containers: [{ name: demo, image: "argoproj/rollouts-demo:blue", ports: [{ containerPort: 8080 }] }] }
  strategy:
    canary:
      maxSurge: 25%
      canaryService: demo-canary
      stableService: demo-stable
      trafficRouting: { nginx: { stableIngress: demo } }
      steps:
        - setWeight: 20
        - pause: {}
        - setWeight: 40
        - pause: { duration: 10 }
        - setCanaryScale: { replicas: 3 }
        - setWeight: 60
        - pause: { duration: 90s }
        - setWeight: 80
        - pause: { duration: "1h" }
`;

const TEMPLATE = `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: success-rate }
spec:
  args:
    - name: service-name
    - { name: prometheus-port, value: "9090" }
    - { name: token, valueFrom: { secretKeyRef: { name: prom, key: token } } }
  metrics:
    - name: success-rate
      interval: 5m
      count: 3
      initialDelay: 1m
      successCondition: result[0] >= 0.95
      failureLimit: 1
      inconclusiveLimit: 2
      provider:
        prometheus:
          address: "http://prometheus:{{args.prometheus-port}}"
          headers: [{ key: Authorization, value: "Bearer {{ args.token }}" }]
          query: sum(irate(requests_total{service=~"{{args.service-name}}"}[5m]))
`;

const TITLE = 'Rollout/rollouts-demo';

function rollout(canary: string): string {
  return `kind: Rollout\nmetadata: { name: rollouts-demo }\nspec:\n  strategy:\n    canary:\n${canary.replaceAll(/^/gm, '      ')}`;
}

function template(metric: string, more = ''): string {
  return `kind: AnalysisTemplate\nmetadata: { name: t }\nspec:\n${more}  metrics:\n    - name: m\n${metric.replaceAll(/^/gm, '      ')}`;
}

test('weights become stages, timed pauses their stays, and an open pause asks a person', async () => {
  const { plan, exitCode } = await imported('argo', ROLLOUT);
  expect(plan?.stages?.map(({ treatment, dwell }) => [treatment, dwell])).toEqual([
    ['20%', '0s'],
    ['40%', '10s'],
    ['60%', '90s'],
    ['80%', '1h'],
    ['100%', undefined],
  ]);
  const approval = { count: 1, notAuthor: false, deadline: { after: '7d', then: 'hold' } };
  expect(plan?.stages?.map((stage) => stage.approval)).toEqual([undefined, approval, undefined, undefined, undefined]);
  expect(exitCode).toBe(1);
});

test('replicas, services and routers are named, and so is every field that nobody knows', async () => {
  const { reasons } = await imported('argo', `${ROLLOUT.trimEnd()}\n        - { setWeight: 90, settle: true }\n`);
  for (const path of ['replicas', 'selector', 'template', 'revisionHistoryLimit']) {
    expect(reasons).toContain(`spec.${path} is left out: `);
  }
  for (const path of [
    'maxSurge',
    'canaryService',
    'stableService',
    'trafficRouting (nginx)',
    'steps[4].setCanaryScale',
  ]) {
    expect(reasons).toContain(`spec.strategy.canary.${path} is left out: `);
  }
  expect(reasons).toContain('spec.strategy.canary.steps[9].settle is left out: this importer does not know it.');
});

test('weights are shares of what the router counts as all', async () => {
  const { plan } = await imported(
    'argo',
    rollout(
      'trafficRouting: { plugins: {}, maxTrafficWeight: 1000 }\nsteps: [{ setWeight: 25 }, { pause: { duration: 1m } }]',
    ),
  );
  expect(plan?.stages?.[0]).toEqual({ treatment: '2.5%', dwell: '1m' });
});

test.each([
  [
    'an experiment',
    'steps: [{ setWeight: 5 }, { experiment: { duration: 1h } }]',
    'the experiment of a stage is not supported yet',
  ],
  [
    'routing by header',
    'steps: [{ setHeaderRoute: { name: a, match: [] } }]',
    'the scope of a stage is not supported yet',
  ],
  ['a plugin', 'steps: [{ plugin: { name: a } }]', 'what a plugin does is not in the file'],
  ['a weight that falls', 'steps: [{ setWeight: 50 }, { setWeight: 5 }]', 'it falls from 50% to 5%'],
  ['a weight above 100', 'steps: [{ setWeight: 500 }]', 'steps[0].setWeight is more than 100'],
  ['a weight of another type', 'steps: [{ setWeight: "5%" }]', 'setWeight must be a whole number from 0 on'],
  ['steps that are no list', 'steps: { setWeight: 5 }', 'spec.strategy.canary.steps must be a list'],
  ['a duration that is none', 'steps: [{ setWeight: 5 }, { pause: { duration: soon } }]', 'must be a duration'],
])('%s is refused by name, and gives no plan', async (_, canary, reason) => {
  const { objects, plan, exitCode } = await imported('argo', rollout(canary));
  expect(objects[TITLE]?.status).toBe('refused');
  expect(objects[TITLE]?.reasons.join(' ')).toContain(reason);
  expect(plan).toBeUndefined();
  expect(exitCode).toBe(1);
});

test('a timed pause before the first weight is named: nobody is treated meanwhile', async () => {
  const { plan, reasons } = await imported('argo', rollout('steps: [{ pause: { duration: 1h } }, { setWeight: 5 }]'));
  expect(plan?.stages?.[0]).toEqual({ treatment: '5%', dwell: '0s' });
  expect(reasons).toContain('steps[0].pause is left out');
});

test('an analysis template that all can be carried over is exact, with the limits that it says', async () => {
  const { objects, connections, exitCode } = await imported('argo', TEMPLATE);
  expect(objects['AnalysisTemplate/success-rate']).toEqual({ status: 'exact', reasons: [] });
  expect(connections['AnalysisTemplate/success-rate']?.metrics?.[0]?.limits).toEqual({
    successCondition: 'result[0] >= 0.95',
    intervalMs: 300_000,
    initialDelayMs: 60_000,
    count: 3,
    failureLimit: 1,
    inconclusiveLimit: 2,
  });
  expect(exitCode).toBe(0);
});

test('background analysis becomes a guard, with the arguments of the rollout and without its secrets', async () => {
  const background =
    'steps: [{ setWeight: 20 }, { pause: { duration: 5m } }, { setWeight: 50 }, { pause: { duration: 5m } }]\nanalysis:\n  startingStep: 2\n  templates: [{ templateName: success-rate }]\n  args: [{ name: service-name, value: shop }]';
  const { plan, planText, connections, reasons } = await imported('argo', `${rollout(background)}\n---${TEMPLATE}`);
  expect(plan?.providerGuards).toMatchObject([
    {
      name: 'success-rate',
      provider: 'prometheus',
      query: { kind: 'scalar', value: 'sum(irate(requests_total{service=~"shop"}[5m]))' },
      limits: {
        // A vector of one series is that number.
        successCondition: 'result >= 0.95',
        interval: '5m',
        initialDelay: '1m',
        count: 3,
        failureLimit: 1,
        inconclusiveLimit: 2,
      },
    },
  ]);
  expect(connections[TITLE]).toBeUndefined();
  expect(planText).not.toContain('Bearer');
  expect(reasons).toContain('save it first (http://prometheus:9090), with its credentials');
  expect(reasons).toContain('watches from stage 2 on; guards of a plan from the first');
});

test('an analysis step holds as long as it measures, and its guard gates what comes next', async () => {
  const steps =
    'steps:\n  - setWeight: 20\n  - analysis: { templates: [{ templateName: success-rate }], args: [{ name: service-name, value: shop }] }\n  - setWeight: 60';
  const { plan, reasons } = await imported('argo', `${rollout(steps)}\n---${TEMPLATE}`);
  // A minute of delay, and two intervals between three measurements.
  expect(plan?.stages?.[0]?.dwell).toBe('11m');
  expect(plan?.stages?.[1]?.approval).toBeUndefined();
  expect(plan?.providerGuards).toHaveLength(1);
  expect(reasons).toContain('every stage waits for its verdict');
});

test.each([
  ['of several series', 'successCondition: result[0] > 1 && result[1] > 1'],
  ['that asks how many there are', 'successCondition: len(result) == 0 || result[0] > 1'],
])('a condition %s is no guard: a person is asked in its place', async (_, condition) => {
  const of = template(`${PROMETHEUS}\n${condition}`);
  const steps = rollout(
    'steps: [{ setWeight: 20 }, { analysis: { templates: [{ templateName: t }] } }, { setWeight: 60 }]',
  );
  const { plan, connections, reasons } = await imported('argo', `${steps}\n---\n${of}`);
  expect(plan?.providerGuards).toBeUndefined();
  expect(plan?.stages?.[1]?.approval).toBeDefined();
  expect(connections[TITLE]?.metrics?.[0]?.when).toEqual({ kind: 'after-stage', stage: 1 });
  expect(reasons).toContain('gates the next stage by its verdict');
  expect(reasons).toContain('its condition reads that number alone');
});

test('templates and arguments that are missing are named', async () => {
  const analysis = 'steps: [{ setWeight: 5 }]\nanalysis: { templates: [{ templateName: success-rate }] }';
  const without = await imported('argo', rollout(analysis));
  expect(without.reasons).toContain('The template success-rate is not in the file, or is refused.');
  const unnamed = await imported('argo', `${rollout(analysis)}\n---${TEMPLATE}`);
  expect(unnamed.reasons).toContain('the argument service-name has no value');
  const ofPods = rollout(
    'analysis: { templates: [{ templateName: success-rate }], args: [{ name: service-name, valueFrom: { podTemplateHashValue: Latest } }] }',
  );
  expect((await imported('argo', `${ofPods}\n---${TEMPLATE}`)).reasons).toContain(
    'is a podTemplateHashValue of Kubernetes',
  );
});

test('a cluster template is another one than that of the namespace', async () => {
  const cluster = TEMPLATE.replace('kind: AnalysisTemplate', 'kind: ClusterAnalysisTemplate');
  const analysis = (scope: string) =>
    `${rollout(`analysis: { templates: [{ templateName: success-rate${scope} }], args: [{ name: service-name, value: a }] }`)}\n---${cluster}`;
  expect((await imported('argo', analysis(''))).plan?.providerGuards).toBeUndefined();
  expect((await imported('argo', analysis(', clusterScope: true'))).plan?.providerGuards).toHaveLength(1);
});

const PROMETHEUS = 'provider: { prometheus: { address: "http://p", query: up } }';

test.each([
  ['a job', 'provider: { job: { spec: {} } }', 'a job runs pods'],
  ['no provider', 'interval: 5m', 'it has no provider'],
  ['no condition', PROMETHEUS, 'Expected a condition for success, for failure or for both'],
  ['a condition that does not read', `${PROMETHEUS}\nsuccessCondition: result[0] >== 1`, 'successCondition:'],
  [
    'a limit that cannot be exceeded',
    `${PROMETHEUS}\nsuccessCondition: result > 1\ncount: 2\ninterval: 1m\nfailureLimit: 2`,
    'the limit could not be exceeded',
  ],
  ['a count of words', `${PROMETHEUS}\nsuccessCondition: result > 1\ncount: many`, 'count must be a whole number'],
])('a metric with %s is refused by name', async (_, metric, reason) => {
  const { objects, exitCode } = await imported('argo', template(metric));
  expect(objects['AnalysisTemplate/t']?.status).toBe('refused');
  expect(objects['AnalysisTemplate/t']?.reasons.join(' ')).toContain(reason);
  expect(exitCode).toBe(1);
});

test('limits that depend on arguments are named where nobody says them, and numbers where a rollout does', async () => {
  const of = template(
    `${PROMETHEUS}\nsuccessCondition: result > 1\ninterval: 1m\ncount: "{{args.n}}"`,
    '  args: [{ name: n }]\n',
  );
  const alone = await imported('argo', of);
  expect(alone.objects['AnalysisTemplate/t']?.status).toBe('partial');
  expect(alone.reasons).toContain('The limits of "m" depend on arguments');
  const named = rollout('analysis: { templates: [{ templateName: t }], args: [{ name: n, value: "4" }] }');
  const { plan } = await imported('argo', `${named}\n---\n${of}`);
  expect(plan?.providerGuards?.[0]?.limits).toMatchObject({ count: 4, interval: '1m' });
});

test('a web metric keeps its address, its path and its condition', async () => {
  const { connections } = await imported(
    'argo',
    template(
      'successCondition: result.ok && result.rate >= 0.9\nprovider: { web: { url: "http://a/{{ args.x }}", jsonPath: "{$.data}", timeoutSeconds: 20 } }',
      '  args: [{ name: x }]\n',
    ),
  );
  const [metric] = connections['AnalysisTemplate/t']?.metrics ?? [];
  expect(metric?.provider).toEqual({
    kind: 'web',
    url: 'http://a/{{ args.x }}',
    jsonPath: '{$.data}',
    timeoutSeconds: 20,
  });
  expect(metric?.limits).toEqual({ successCondition: 'result.ok && result.rate >= 0.9' });
});

test('a dry run matches anywhere in a name, as it does there', async () => {
  const metric = `${PROMETHEUS}\nsuccessCondition: result > 1`;
  const modes = async (pattern: string) => {
    const { connections } = await imported('argo', template(metric, `  dryRun: [{ metricName: "${pattern}" }]\n`));
    return connections['AnalysisTemplate/t']?.metrics?.map(({ mode }) => mode);
  };
  expect(await modes('m.*')).toEqual(['observe']);
  expect(await modes('.*')).toEqual(['observe']);
  expect(await modes('other')).toEqual([undefined]);
  expect(await modes('^m$')).toBeUndefined();
});

test('NaN never reaches a condition here, so what asks for it is named', async () => {
  const { objects } = await imported(
    'argo',
    template(`${PROMETHEUS}\nsuccessCondition: isNaN(result[0]) || result[0] > 1`),
  );
  expect(objects['AnalysisTemplate/t']?.status).toBe('partial');
  expect(objects['AnalysisTemplate/t']?.reasons.join(' ')).toContain('here NaN is no data');
});

test('blue/green is one switch, with a person where it does not promote by itself', async () => {
  const blueGreen = (more: string) =>
    `kind: Rollout\nmetadata: { name: rollouts-demo }\nspec: { strategy: { blueGreen: { activeService: a, previewService: b${more} } } }`;
  const automatic = await imported('argo', blueGreen(''));
  expect(automatic.plan?.stages).toEqual([{ treatment: '100%' }]);
  expect(automatic.reasons).toContain('spec.strategy.blueGreen.activeService is left out');
  const asked = await imported('argo', blueGreen(', autoPromotionEnabled: false'));
  expect(asked.plan?.stages?.[0]?.approval?.deadline).toEqual({ after: '7d', then: 'hold' });
  const timed = await imported('argo', blueGreen(', autoPromotionEnabled: false, autoPromotionSeconds: 30'));
  expect(timed.plan?.stages?.[0]?.approval?.deadline).toEqual({ after: '30s', then: 'continue' });
  const analysed = await imported(
    'argo',
    `${blueGreen(', postPromotionAnalysis: { templates: [{ templateName: success-rate }], args: [{ name: service-name, value: a }] }')}\n---${TEMPLATE}`,
  );
  expect(analysed.plan?.bake).toBe('11m');
  expect(analysed.plan?.providerGuards).toHaveLength(1);
});

test('of several rollouts one is named', async () => {
  const both = `${ROLLOUT}\n---\n${rollout('steps: [{ setWeight: 5 }]').replace('rollouts-demo', 'other')}`;
  const unnamed = await imported('argo', both);
  expect(unnamed.exitCode).toBe(2);
  expect(unnamed.stderr).toContain('rollouts-demo, other: name one with --name');
  const { plan } = await imported('argo', both, '--name', 'other', '--flag', 'checkout', '--treatment', 'new');
  expect(plan).toMatchObject({ flag: 'checkout', treatment: 'new' });
});

test('the objects of a list are read as if each stood alone', async () => {
  const { objects } = await imported(
    'argo',
    `kind: List\nitems:\n  - ${rollout('steps: []').replaceAll('\n', '\n    ')}`,
  );
  expect(Object.keys(objects)).toEqual([TITLE]);
});
