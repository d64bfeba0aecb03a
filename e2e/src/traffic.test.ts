import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RolloutView } from '@tidegate/protocol';
import { type Client, createClient } from '@tidegate/sdk-node';
import { findProxy, startHaproxy, startNginx, type TestHaproxy, type TestNginx } from '@tidegate/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operatorApi } from './api.ts';
import { measureShare } from './measure-share.ts';
import { freePort, type ServerProcess, startServer, until } from './processes.ts';

const FLAG = 'new-checkout';
const STAGES_PPM = [100_000, 500_000, 1_000_000] as const;
const BACK_WITHIN_MS = 2_000;
const isThere = findProxy('haproxy') !== undefined && findProxy('nginx') !== undefined;
const about = 'real HAProxy and nginx in front of two versions of a service';

// HAProxy 2.4 and nginx 1.22 or newer; `tools/proxies.mjs` gets them where Debian's packages can be had.
describe.skipIf(!isThere)(`${about}${isThere ? '' : ' (skipped: HAProxy or nginx is not on this machine)'}`, () => {
  let dataDir: string;
  let server: ServerProcess;
  let api: ReturnType<typeof operatorApi>;
  let haproxy: TestHaproxy;
  let nginx: TestNginx;
  let client: Client;
  let rollout: RolloutView;
  let userCount = 0;
  const services: Server[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tidegate-traffic-'));
    const ports = { old: await startService('old'), new: await startService('new') };
    haproxy = await startHaproxy(ports);
    nginx = await startNginx(ports);
    const site = { file: nginx.file, reload: { pidFile: nginx.pidFile }, status: nginx.status };
    const traffic = { 'default/production': { haproxy: [haproxy.address], nginx: { edge: site } } };
    const configuration = {
      TIDEGATE_TRAFFIC: JSON.stringify(traffic),
      TIDEGATE_OUTBOUND_ALLOW: `127.0.0.1:${nginx.port}`,
    };
    server = await startServer({ dataDir, port: await freePort(), configuration });
    api = operatorApi(server.credentials);
    await api.createFlag({ key: FLAG });
    await api.toggle(FLAG, true);
    const arms = { treatment: ['new'], control: ['old'] };
    await api.saveAdapter('balancer', { kind: 'haproxy', address: haproxy.address, backend: 'app', ...arms });
    await api.saveAdapter('edge', {
      kind: 'nginx',
      site: 'edge',
      unit: '$http_x_user',
      treatment: 'new',
      control: 'old',
    });
    client = createClient({ url: server.url, key: server.credentials.serverKey, events: { flushIntervalMs: 100 } });
    await client.waitForInitialization({ timeoutMs: 10_000 });
    rollout = await api.startRollout({
      flagKey: FLAG,
      treatment: 'on',
      control: 'off',
      stages: STAGES_PPM.map((treatmentPpm) => ({ treatmentPpm, dwellMs: 0, minUnits: 20 })),
      bakeMs: 3_600_000,
      alpha: 0.001,
      traffic: ['balancer', 'edge'],
    });
  });

  afterAll(async () => {
    await client?.close({ timeoutMs: 1_000 });
    await server?.stop();
    await haproxy?.stop();
    await nginx?.stop();
    for (const service of services) service.closeAllConnections();
    for (const service of services) service.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  test('20,000 requests through each follow the stages', async () => {
    await reached(0);
    await sharesAre(STAGES_PPM[0], 8_000);
    visit(600);
    await reached(1);
    await sharesAre(STAGES_PPM[1], 8_000);
  });

  test('a proxy that is away holds the next step, and goes on when it is back, without its weights', async () => {
    await haproxy.kill();
    visit(200);
    await until('the ramp is held by its traffic', 15_000, async () => {
      const { state, traffic } = await api.getRollout(rollout.id);
      const [hold] = 'holds' in state ? (state.holds ?? []) : [];
      const [balancer, edge] = traffic ?? [];
      const isSo = hold?.reason === 'traffic' && balancer?.confirmed === false && edge?.confirmed === true;
      return isSo && balancer.detail.includes('ECONNREFUSED') ? true : undefined;
    });
    expect(await api.getRollout(rollout.id)).toMatchObject({ treatmentPpm: STAGES_PPM[1] });
    await haproxy.restart();
    await reached(2);
    await sharesAre(STAGES_PPM[2], 4_000);
  });

  test('on a kill all traffic is back within two seconds, through both', async () => {
    const killedAtMs = Date.now();
    await api.command(rollout.id, 'abort');
    const backAtMs = await Promise.all([haproxy.port, nginx.port].map(allBack));
    console.log(
      `after the kill, all traffic was back in ${backAtMs.map((atMs) => atMs - killedAtMs).join(' and ')} ms`,
    );
    for (const atMs of backAtMs) expect(atMs - killedAtMs).toBeLessThanOrEqual(BACK_WITHIN_MS);
    for (const port of [haproxy.port, nginx.port]) expect(await measureShare(port, 2_000)).toMatchObject({ new: 0 });
    await until('both adapters have let go', 10_000, async () => {
      const weights = await Promise.all(['balancer', 'edge'].map(async (key) => (await api.getAdapter(key)).weight));
      return weights.every((weight) => weight?.driven === false && weight.confirmed) ? true : undefined;
    });
  });

  /** A version of the service, which says which it is. */
  async function startService(version: string): Promise<number> {
    const service = createServer((_, response) => response.writeHead(200, { 'x-version': version }).end());
    services.push(service);
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    const address = service.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  }

  function visit(count: number): void {
    for (let visits = 0; visits < count; visits += 1) {
      userCount += 1;
      client.run(FLAG, { targetingKey: `unit-${userCount}` }, { control: () => 0, treatment: () => 1 });
    }
  }

  async function reached(stageIndex: number): Promise<void> {
    await until(`stage ${stageIndex + 1}`, 20_000, async () =>
      (await api.getRollout(rollout.id)).stageIndex === stageIndex ? true : undefined,
    );
    const { items } = await api.decisions(rollout.id);
    const step = items.find((row: { decision: { serve?: { stageIndex?: number } } }) => row.decision.serve);
    // The adapters went first: the step was taken with their weights confirmed.
    for (const { appliedPpm } of step.input.traffic) expect(appliedPpm).toBe(STAGES_PPM[stageIndex]);
  }

  /** Within five standard deviations of a binomial count: by chance alone one in millions is not. */
  async function sharesAre(sharePpm: number, requestCount: number): Promise<void> {
    const share = sharePpm / 1_000_000;
    const deviation = Math.sqrt(requestCount * share * (1 - share));
    for (const [name, port] of [
      ['HAProxy', haproxy.port],
      ['nginx', nginx.port],
    ] as const) {
      const served = await measureShare(port, requestCount);
      console.log(`${name} at ${share * 100} %: ${served.new} of ${requestCount} requests went to the new version`);
      expect(Math.abs(served.new - requestCount * share)).toBeLessThanOrEqual(5 * deviation);
    }
  }

  async function allBack(port: number): Promise<number> {
    return until('all traffic is back', 10_000, async () =>
      (await measureShare(port, 250)).new === 0 ? Date.now() : undefined,
    );
  }
});
