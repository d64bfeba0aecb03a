import { positionPpm, seedOf } from '@tidegate/evaluation';
import { buildBatch } from '@tidegate/testkit';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createServer } from '../../create-server.ts';
import { systemPlatform } from '../../platform.ts';
import { openSqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import { setUpFirstEnvironment } from '../environments/index.ts';

const ENVIRONMENT = '/api/v1/projects/default/environments/production';
const STAGES = [500_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 86_400_000, minUnits: 1 }));
const WINDOW_MS = 60_000;
const UNIT_COUNT = 40;

/** A whole server whose clock a test may set forward. */
async function runServerWithClock() {
  let aheadMs = 0;
  const nowMs = () => Date.now() + aheadMs;
  const storage = openSqliteStorage({ file: ':memory:', nowMs });
  await storage.migrate();
  const platform = { ...systemPlatform(), nowMs };
  const keys = await setUpFirstEnvironment({ ...platform, storage });
  if (keys === null) throw new Error('the storage was not empty');
  const log = pino({ level: 'silent' });
  const options = { host: '127.0.0.1', port: 0, node: 'test', shutdownMs: 1_000, storage, platform, log };
  const server = await createServer(options);
  onTestFinished(async () => {
    await server.close();
    await storage.close();
  });
  const send = async (method: string, path: string, key: string, body?: object) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    expect(response.ok, `${method} ${path}: ${text}`).toBe(true);
    return JSON.parse(text);
  };
  return {
    operate: (method: string, path: string, body?: object) =>
      send(method, ENVIRONMENT + path, keys.operatorToken, body),
    report: (batch: object) => send('POST', '/sdk/v1/events', keys.serverKey, batch),
    advance(ms: number) {
      aheadMs += ms;
    },
  };
}

test('a mean, a ratio, a histogram and a window are made, fed and shown in the view of their rollout', async () => {
  const { operate, report, advance } = await runServerWithClock();
  const metrics = [
    { key: 'revenue', kind: 'mean', event: 'purchase', windowMs: WINDOW_MS, capAt: 100, harm: 'down' },
    { key: 'per-visit', kind: 'ratio', event: 'purchase', perEvent: 'visit', windowMs: WINDOW_MS, harm: 'down' },
    { key: 'latency', kind: 'histogram', event: '$duration' },
    { key: 'buyers', kind: 'binary', event: 'purchase', windowMs: WINDOW_MS, harm: 'down' },
  ];
  for (const metric of metrics) expect(await operate('POST', '/metrics', metric)).toMatchObject(metric);
  await operate('POST', '/flags', { key: 'new-checkout', enabled: true });
  const { id: rolloutId } = await operate('POST', '/rollouts', {
    flagKey: 'new-checkout',
    treatment: 'on',
    control: 'off',
    stages: STAGES,
    guards: metrics.map(({ key }) => ({ metric: key })),
  });
  const viewOf = () => operate('GET', `/rollouts/${rolloutId}`);
  await expect.poll(async () => (await viewOf()).state.kind).toBe('progressing');
  const { salt } = await operate('GET', '/flags/new-checkout');

  const units = Array.from({ length: UNIT_COUNT }, (_, index) => index * 100_000_007);
  const isTreated = (unit: number) => positionPpm(unit, seedOf(salt)) < 500_000;
  const treatedCount = units.filter(isTreated).length;
  const exposures = units.map((unit) => ({ unit, rolloutId, arm: isTreated(unit) ? 'treatment' : 'control' }) as const);
  const outcomes = units.flatMap((unit) => [
    { unit, event: 'visit' },
    { unit, event: '$duration:new-checkout', value: 250 },
    ...(isTreated(unit) ? [] : [{ unit, event: 'purchase', value: 20 }]),
  ]);
  await report(buildBatch({ seq: 1, exposures, outcomes }));
  await expect.poll(async () => (await viewOf()).evidence.unitCount).toBe(UNIT_COUNT);

  advance(WINDOW_MS);
  await report(buildBatch({ seq: 2 }));
  const controlCount = UNIT_COUNT - treatedCount;
  await expect
    .poll(async () => (await viewOf()).evidence.guards)
    .toMatchObject([
      {
        metric: 'revenue',
        measure: { kind: 'mean', windowMs: WINDOW_MS, capAt: 100 },
        sums: {
          control: { units: controlCount, sum: 20 * controlCount, sumSquares: 400 * controlCount },
          treatment: { units: treatedCount, sum: 0 },
        },
      },
      { metric: 'per-visit', sums: { control: { sumY: 20 * controlCount, sumZ: controlCount } } },
      { metric: 'latency', measure: { kind: 'histogram', min: 1, max: 60_000 } },
      { metric: 'buyers', sums: { control: { events: controlCount }, treatment: { units: treatedCount, events: 0 } } },
    ]);
  const [, , latency] = (await viewOf()).evidence.guards;
  expect(Object.values(latency.sums.control.bins)).toEqual([controlCount]);
  expect((await viewOf()).evidence).not.toHaveProperty('ticks');
});
