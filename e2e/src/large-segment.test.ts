import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@tidegate/sdk-node';
import { expect, onTestFinished, test } from 'vitest';
import { operatorApi } from './api.ts';
import { freePort, startServer, until } from './processes.ts';

const MEMBER_COUNT = 1_100_000;
const REACHES_WITHIN_MS = 60_000;

test('a segment of more than a million listed units is served, and changed without being sent', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidegate-segment-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const server = await startServer({ dataDir, port: await freePort() });
  onTestFinished(() => server.stop().then(() => undefined));
  const api = operatorApi(server.credentials);
  const included = Array.from({ length: MEMBER_COUNT }, (_, n) => `user-${n}`);
  await api.createSegment({ key: 'beta', included });
  await api.createFlag({
    key: 'new-checkout',
    enabled: true,
    rules: [{ id: 'beta', condition: { segment: 'beta' }, serve: { kind: 'variation', variation: 'on' } }],
  });
  const client = createClient({ url: server.url, key: server.credentials.serverKey });
  onTestFinished(() => client.close().then(() => undefined));
  await client.waitForInitialization({ timeoutMs: REACHES_WITHIN_MS });
  const isIn = (targetingKey: string) => client.variation('new-checkout', { targetingKey }, false);
  expect([isIn('user-0'), isIn(`user-${MEMBER_COUNT - 1}`), isIn(`user-${MEMBER_COUNT}`)]).toEqual([true, true, false]);

  const changed = await api.changeMembers('beta', { add: ['eve'], remove: ['user-0'] });
  expect(changed.includedCount).toBe(MEMBER_COUNT);
  await until('the change has reached the SDK', REACHES_WITHIN_MS, async () => (isIn('eve') ? true : undefined));
  expect([isIn('user-0'), isIn('user-1')]).toEqual([false, true]);
});
