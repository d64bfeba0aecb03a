import type { MetricLimits } from '@tidegate/analysis/limits';
import type { MetricQuery } from '@tidegate/protocol';
import { findPrometheus, startPrometheus, type TestPrometheus } from '@tidegate/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpClient } from '../../../http-client/index.ts';
import { replyText, type StandIn, startStandIn } from '../../../http-client/stand-in-server.fixture.ts';
import { systemPlatform } from '../../../platform.ts';
import { createKeysOfEverySort, ENVIRONMENT } from '../../../rest-api.fixture.ts';
import { openSqliteStorage } from '../../../storage/sqlite/sqlite-storage.ts';
import type { Question } from '../contract/metric-provider.ts';
import { makeProvider } from '../make-provider.ts';
import { startRun } from '../measurements/measurement-run.ts';
import { MeasurementRunner } from '../measurements/measurement-runner.ts';

// The set-up of the tests gets one where it can, and says where it cannot (tools/prometheus.mjs).
describe.skipIf(findPrometheus() === undefined)('a real Prometheus that scrapes two demo servers', () => {
  const demos: StandIn[] = [];
  let prometheus: TestPrometheus;

  beforeAll(async () => {
    for (const [variant, errors] of [
      ['new', 30],
      ['old', 4],
    ] as const) {
      const demo = await startStandIn();
      demos.push(demo);
      demo.reply((response, request) => {
        // One request for each scrape, so that the counters rise.
        const scrapes = demo.requests.length;
        const text = `requests_total{variant="${variant}"} ${1_000 + scrapes}\nerrors_total{variant="${variant}"} ${errors}\n`;
        replyText(text, 200, { 'content-type': 'text/plain; version=0.0.4' })(response, request);
      });
    }
    prometheus = await startPrometheus({ targets: demos.map(({ host }) => host) });
  });
  afterAll(async () => {
    await prometheus?.stop();
    await Promise.all(demos.map((demo) => demo.close()));
  });

  const platform = systemPlatform();
  const ask = (query: MetricQuery, other: Partial<Question> = {}) => {
    const { host } = new URL(prometheus.url);
    const settings = {
      kind: 'prometheus',
      description: '',
      address: prometheus.url,
      timeoutMs: 5_000,
      lagMs: 0,
    } as const;
    const client = createHttpClient({ platform, allowedHosts: [host] });
    const provider = makeProvider(settings, 'shop/production', { client, secrets: new Map(), nowMs: platform.nowMs });
    const nowMs = platform.nowMs();
    const window = { startAtMs: nowMs - query.windowMs, endAtMs: nowMs };
    return provider.query({ query, arms: { treatment: 'new', control: 'old' }, window, ...other });
  };
  const scalarOf = (value: string, args: Readonly<Record<string, string>> = {}): MetricQuery => {
    return { kind: 'scalar', value, args, windowMs: 60_000 };
  };
  const ofVariant = (name: string) => `sum(${name}{variant="{{ args.variant }}"})`;
  const counts: MetricQuery = {
    kind: 'counts',
    events: ofVariant('errors_total'),
    units: ofVariant('requests_total'),
    counters: 'cumulative',
    absentEvents: 'no_data',
    args: {},
    windowMs: 60_000,
  };

  test('counts of both arms come from one window, and rise', async () => {
    await expect.poll(async () => (await ask(counts)).status, { timeout: 20_000 }).toBe('ok');
    const first = await ask(counts);
    expect(first).toMatchObject({
      status: 'ok',
      arms: { treatment: { kind: 'counts', events: 30 }, control: { kind: 'counts', events: 4 } },
    });
    if (first.status !== 'ok') return;
    expect(Math.abs(first.watermarkAtMs - first.window.endAtMs)).toBeLessThanOrEqual(1);
    expect(await ask(counts, { previous: first.arms })).toMatchObject({ status: 'ok' });
  });

  test('a rate over the window is asked for by the length of the window', async () => {
    const rate = scalarOf('sum(increase(requests_total{variant="{{ args.variant }}"}[{{ window.seconds }}s]))');
    const grown = async () => {
      const result = await ask(rate);
      return result.status === 'ok' && result.arms.treatment.kind === 'scalar' && result.arms.treatment.value > 0;
    };
    await expect.poll(grown, { timeout: 20_000 }).toBe(true);
  });

  test('an unknown series is no data, a division by zero is malformed, and two series are no number', async () => {
    expect(await ask(scalarOf('sum(nobody_total)'))).toMatchObject({ status: 'no_data', reason: 'empty' });
    expect(await ask(scalarOf('vector(0) / vector(0)'))).toMatchObject({ status: 'error', class: 'malformed' });
    expect(await ask(scalarOf('vector(1) / vector(0)'))).toMatchObject({ status: 'error', class: 'malformed' });
    expect(await ask(scalarOf('requests_total'))).toMatchObject({ status: 'error', class: 'bad_query' });
    expect(await ask(scalarOf('requests_total[1m]'))).toMatchObject({ status: 'error', class: 'bad_query' });
    expect(await ask(scalarOf('scalar(vector(7))'))).toMatchObject({ status: 'ok', arms: { control: { value: 7 } } });
  });

  test('a query that cannot be read, or not be carried out, is a bad query', async () => {
    expect(await ask(scalarOf('sum('))).toMatchObject({ status: 'error', class: 'bad_query' });
    const manyToMany = scalarOf('requests_total * on() errors_total');
    expect(await ask(manyToMany)).toMatchObject({ status: 'error', class: 'bad_query' });
  });

  test.each(['"} or vector(1) or x{a="', '\\"} or vector(1) #', "'} or vector(1) #", '`} or vector(1) #', 'ä\n{}'])(
    'an argument stays inside its quotes: %s',
    async (evil) => {
      for (const quote of ['"', "'"]) {
        const query = scalarOf(`sum(requests_total{variant=${quote}{{ args.evil }}${quote}})`, { evil });
        expect(await ask(query)).toMatchObject({ status: 'no_data', reason: 'empty' });
      }
      const raw = scalarOf('sum(requests_total{variant=`{{ args.evil }}`})', { evil });
      expect(await ask(raw)).toMatchObject({ status: 'no_data', reason: 'empty' });
    },
  );

  test('it guards: what is healthy passes, what is harmful fails, and while it is away nothing does either', async () => {
    const storage = openSqliteStorage({ file: ':memory:' });
    await storage.migrate();
    await createKeysOfEverySort({ ...platform, storage });
    const { url: address } = prometheus;
    const document = { kind: 'prometheus', description: '', address, timeoutMs: 5_000, lagMs: 0 };
    const createdBy = { kind: 'setup', id: 'test', name: 'test' } as const;
    const id = { kind: 'provider', scope: ENVIRONMENT, key: 'prometheus' } as const;
    await storage.createSettings({ ...id, version: 1, document, createdAtMs: 0, createdBy });
    const errors: unknown[] = [];
    const runner = new MeasurementRunner({
      storage,
      platform,
      client: createHttpClient({ platform, allowedHosts: [new URL(address).host] }),
      secrets: new Map(),
      mayMeasure: () => true,
      onMeasured: () => undefined,
      onError: (error) => errors.push(error),
    });
    const share = (arm: string) => `result.${arm}.events / result.${arm}.units`;
    const open = (name: string, limits: MetricLimits) => {
      const deadline = { afterMs: 60_000, then: 'abort' } as const;
      const guard = { name, provider: 'prometheus', arms: 'both', query: counts, limits, deadline } as const;
      const rollout = { rolloutId: name, environment: ENVIRONMENT, epoch: 1, guards: [guard] };
      const run = startRun([guard], platform.nowMs() - counts.windowMs);
      runner.open({ ...rollout, arms: { treatment: 'new', control: 'old' } }, run);
    };
    const verdictOf = (name: string) => () => runner.assess(name, 1)?.verdict;
    const errorsInRow = () => runner.find('healthy')?.run.guards[0]?.tally.consecutiveErrorCount ?? 0;
    runner.start();
    try {
      open('healthy', { successCondition: `${share('treatment')} < 0.5`, intervalMs: 1_000, count: 2 });
      open('harmful', { failureCondition: `${share('treatment')} > 2 * ${share('control')}`, intervalMs: 1_000 });
      await expect.poll(verdictOf('healthy'), { timeout: 20_000 }).toBe('successful');
      await expect.poll(verdictOf('harmful'), { timeout: 20_000 }).toBe('failed');
      await prometheus.kill();
      await expect.poll(errorsInRow, { timeout: 20_000 }).toBeGreaterThan(0);
      expect(verdictOf('healthy')()).toBe('running');
      await prometheus.restart();
      await expect.poll(verdictOf('healthy'), { timeout: 40_000 }).toBe('successful');
      expect(errors).toEqual([]);
    } finally {
      await runner.stop();
      await storage.close();
    }
  }, 120_000);

  test('while it is away there is an error that may pass, and afterwards there are numbers again', async () => {
    await prometheus.kill();
    expect(await ask(counts)).toMatchObject({ status: 'error', class: 'unavailable' });
    await prometheus.restart();
    await expect.poll(async () => (await ask(counts)).status, { timeout: 20_000 }).toBe('ok');
  });
});
