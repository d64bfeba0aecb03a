import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RolloutView } from '@tidegate/protocol';
import { findPrometheus, startPrometheus, type TestPrometheus } from '@tidegate/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operatorApi } from './api.ts';
import { end, freePort, type ServerProcess, startScript, startServer, until } from './processes.ts';

const HEALTHY = 'new-checkout';
const HARMFUL = 'new-search';
const DWELL_MS = 3_000;

const increase = (metric: string, flag: string) =>
  `sum(increase(${metric}{flag="${flag}",variant="{{ args.variant }}"}[{{ window.seconds }}s]))`;

/** Guarded by what Prometheus saw of both arms, each second. The minute of an outage lasts some seconds here. */
const plan = (flag: string) => ({
  flag,
  treatment: 'on',
  stages: [100_000, 500_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: DWELL_MS, minUnits: 20 })),
  bakeMs: DWELL_MS,
  providerGuards: [
    {
      name: 'failures',
      provider: 'prometheus',
      arms: 'both',
      query: {
        kind: 'counts',
        events: increase('shop_errors_total', flag),
        units: increase('shop_requests_total', flag),
        window: '5s',
      },
      limits: {
        failureCondition:
          'result.treatment.events / result.treatment.units > 0.05 + 2 * result.control.events / result.control.units',
        failureLimit: 1,
        interval: '1s',
        initialDelay: '2s',
      },
      deadline: { after: '10m', then: 'abort' },
    },
  ],
});

// The set-up of the tests gets one where it can, and says where it cannot (tools/prometheus.mjs).
describe.skipIf(findPrometheus() === undefined)('rollouts that a real Prometheus guards', () => {
  let dataDir: string;
  let server: ServerProcess;
  let prometheus: TestPrometheus;
  let api: ReturnType<typeof operatorApi>;
  const services: ChildProcess[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tidegate-guards-'));
    const ports = [await freePort(), await freePort()];
    prometheus = await startPrometheus({ targets: ports.map((port) => `127.0.0.1:${port}`) });
    const configuration = { TIDEGATE_OUTBOUND_ALLOW: new URL(prometheus.url).host };
    server = await startServer({ dataDir, port: await freePort(), configuration });
    api = operatorApi(server.credentials);
    await api.saveProvider('prometheus', { kind: 'prometheus', address: prometheus.url });
    for (const key of [HEALTHY, HARMFUL]) {
      await api.createFlag({ key });
      await api.toggle(key, true);
    }
    const flags = [
      { key: HEALTHY, failEvery: null },
      { key: HARMFUL, failEvery: 3 },
    ];
    const { url, serverKey: key } = server.credentials;
    await Promise.all(
      ports.map(async (port, index) => {
        const orders = { url, key, name: `service-${index}`, port, visitsPerSecond: 150, flags };
        const service = startScript('demo-service.ts', { ORDERS: JSON.stringify(orders) });
        services.push(service);
        const [message] = await Promise.race([once(service, 'message'), once(service, 'exit')]);
        expect(message, service.output()).toMatchObject({ kind: 'ready' });
      }),
    );
  });

  afterAll(async () => {
    await Promise.all(services.map((service) => end(service, 'SIGKILL')));
    await server?.stop();
    await prometheus?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const reach = (what: string, { id }: RolloutView, isThere: (view: RolloutView) => boolean) =>
    until(what, 40_000, async () => {
      const view = await api.getRollout(id);
      if (isThere(view)) return view;
      throw new Error(JSON.stringify({ state: view.state, measurements: view.measurements }));
    });

  test('the harmful one is rolled back for what Prometheus measured, though no SDK told of an error', async () => {
    const started = await api.startRollout(plan(HARMFUL));
    const ended = await reach('the harmful rollout ends', started, ({ active }) => !active);
    expect(ended.state).toMatchObject({ kind: 'rolledBack', cause: { kind: 'limit', guard: 'failures' } });
    expect(ended.treatmentPpm).toBe(0);
    expect(ended.measurements).toMatchObject([{ verdict: 'failed', lastAnswer: { arms: { control: {} } } }]);
  });

  test('the healthy one climbs; while Prometheus is away it holds and says why, and then it goes on', async () => {
    const started = await api.startRollout(plan(HEALTHY));
    const second = await reach('it is at its second stage', started, ({ stageIndex }) => stageIndex === 1);
    if (second.state.kind !== 'progressing') throw new Error(`not climbing: ${JSON.stringify(second.state)}`);
    const { stageEnteredAtMs } = second.state;
    await prometheus.kill();
    const away = await reach('its dwell is over, and Prometheus is away', started, ({ state, measurements }) => {
      const lastError = measurements?.[0]?.lastError;
      const isHeld = state.kind === 'progressing' && state.holds.every(({ reason }) => reason === 'measurement');
      return isHeld && lastError != null && lastError.atMs > stageEnteredAtMs + DWELL_MS;
    });
    expect(away.stageIndex).toBe(1);
    expect(away.state).toMatchObject({
      holds: [{ reason: 'measurement', source: 'failures', detail: expect.stringContaining('unavailable') }],
    });
    expect(away.measurements).toMatchObject([{ lastError: { class: 'unavailable' } }]);
    await prometheus.restart();
    const done = await reach('the healthy rollout ends', started, ({ active }) => !active);
    expect(done.state.kind).toBe('succeeded');
    const { items } = await api.decisions(done.id);
    const kinds = items.map(({ kind }: { kind: string }) => kind).filter((kind: string) => kind !== 'hold');
    expect(kinds.reverse()).toEqual(['start', 'advance', 'bake', 'succeed']);
    const told = items.map(({ reason }: { reason: string }) => reason);
    expect(told).toContainEqual(expect.stringContaining('failures: The last measurement is an error: unavailable'));
  });
});
