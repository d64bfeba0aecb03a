import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AdapterOf } from '@tidegate/protocol';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { systemPlatform } from '../../../platform.ts';
import { orderOf, SHARED } from '../order.fixture.ts';
import { manifestAdapter } from './manifest-adapter.ts';

const settings = (delivery: 'directory' | 'pull'): AdapterOf<'gateway-api'> => ({
  ...SHARED,
  kind: 'gateway-api',
  delivery,
  name: 'checkout',
  namespace: 'shop',
  hosts: [],
  gateway: { name: 'edge' },
  treatment: { name: 'v2', port: 80 },
  control: { name: 'v1', port: 80 },
});
const platform = systemPlatform();
const FILE = 'default+production+edge.json';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidegate-manifests-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

test('a document is written whole into the folder of the configuration, under a name of its own, and read back', async () => {
  const adapter = manifestAdapter(settings('directory'), { folder, platform });
  expect(await adapter.read(orderOf(250_000))).toMatchObject({ kind: 'read', weightPpm: null });
  expect(await adapter.write(orderOf(250_000))).toEqual({ kind: 'written' });
  expect(await adapter.read(orderOf(250_000))).toMatchObject({ kind: 'read', weightPpm: 250_000 });
  expect(await readdir(folder)).toEqual([FILE]);
  expect(JSON.parse(await readFile(join(folder, FILE), 'utf8'))).toMatchObject({ kind: 'HTTPRoute' });
});

test.each([
  ['half', '{"kind": "HTTPRou'],
  ['another', '{}'],
  ['no', ''],
])('of a file with %s document no share is known', async (_, text) => {
  await writeFile(join(folder, FILE), text);
  const adapter = manifestAdapter(settings('directory'), { folder, platform });
  expect(await adapter.read(orderOf(0))).toMatchObject({ kind: 'read', weightPpm: null });
});

test('adapters of environments that share a folder never share a file', async () => {
  const adapter = manifestAdapter(settings('directory'), { folder, platform });
  await adapter.write(orderOf(250_000, { environment: 'shop/live', adapterKey: 'eu.edge' }));
  await adapter.write(orderOf(0, { environment: 'shop/live.eu', adapterKey: 'edge' }));
  await adapter.write(orderOf(0, { environment: 'shop.live/eu', adapterKey: 'edge' }));
  expect(await readdir(folder)).toHaveLength(3);
});

test('a folder that is not there, or not configured, is told', async () => {
  const gone = manifestAdapter(settings('directory'), { folder: join(folder, 'gone'), platform });
  expect(await gone.write(orderOf(0))).toMatchObject({ kind: 'failed', detail: expect.stringContaining('ENOENT') });
  expect(manifestAdapter(settings('directory'), { folder: undefined, platform }).flaw).toContain('TIDEGATE_TRAFFIC');
});

test('what is pulled is confirmed by whoever says that it is applied', async () => {
  const adapter = manifestAdapter(settings('pull'), { folder: undefined, platform });
  expect(adapter.flaw).toBeUndefined();
  expect(await adapter.write(orderOf(250_000))).toEqual({ kind: 'written' });
  expect(await adapter.read(orderOf(250_000))).toMatchObject({ kind: 'failed' });
  const reported = orderOf(250_000, { reportedPpm: 250_000 });
  expect(await adapter.read(reported)).toEqual({ kind: 'read', weightPpm: 250_000, detail: '25 % was reported.' });
});
