import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/server-sdk';
import { buildFlag, type ScriptedServer, startScriptedServer } from '@tidegate/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resetOpenFeature } from './open-feature.fixture.ts';
import { TidegateProvider } from './tidegate-provider.ts';

const LOGGER = { info: () => undefined, warn: () => undefined, error: () => undefined };

let server: ScriptedServer;
let directory: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tidegate-openfeature-'));
  server = await startScriptedServer();
  const documents = { flags: [buildFlag()], segments: [] };
  server.on('GET /sdk/v1/snapshot', {
    body: { protocol: 1, environment: 'default/production', revision: 1, ...documents },
  });
  server.on('POST /sdk/v1/events', { body: { acknowledgedSeq: 1_000 } });
});

afterEach(async () => {
  await resetOpenFeature();
  await server.close();
  rmSync(directory, { recursive: true });
});

test('a provider of its own client asks the server, delivers at its end, and may come back', async () => {
  const provider = new TidegateProvider({ url: server.url, key: 'tg_srv_key', logger: LOGGER });
  await OpenFeature.setProviderAndWait(provider);
  const client = OpenFeature.getClient();
  expect(await client.getBooleanValue('new-checkout', false)).toBe(true);
  client.track('purchase', { targetingKey: 'ann' }, { value: 19.9 });
  await OpenFeature.clearProviders();
  const delivered = server.seen.filter(({ url }) => url === '/sdk/v1/events');
  expect(delivered).toMatchObject([
    { body: { counters: { count: [1] }, outcomes: { events: ['purchase'], value: [19.9] } } },
  ]);
  expect(await provider.resolveBooleanEvaluation('new-checkout', false, {})).toMatchObject({
    value: false,
    errorCode: 'PROVIDER_NOT_READY',
  });

  await OpenFeature.setProviderAndWait(provider);
  expect(await OpenFeature.getClient().getBooleanValue('new-checkout', false)).toBe(true);
});

test('a refused key is fatal, and told without waiting for the time to be up', async () => {
  server.on('GET /sdk/v1/snapshot', { status: 401, body: { code: 'unauthorized' } });
  const provider = new TidegateProvider(
    { url: server.url, key: 'tg_srv_key', logger: LOGGER },
    { timeoutMs: 3_600_000 },
  );
  await expect(OpenFeature.setProviderAndWait(provider)).rejects.toMatchObject({ code: 'PROVIDER_FATAL' });
  expect(OpenFeature.getClient().providerStatus).toBe(ProviderStatus.FATAL);
});

test('a provider answers from a file, without a server', async () => {
  const file = join(directory, 'tidegate.json');
  const save = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  const flags = (enabled: boolean) =>
    JSON.stringify({ flags: { checkout: { enabled, fallthrough: { kind: 'variation', variation: 'on' } } } });
  save(flags(true));
  await OpenFeature.setProviderAndWait(new TidegateProvider({ file, logger: LOGGER }));
  const client = OpenFeature.getClient();
  expect(await client.getBooleanDetails('checkout', false)).toMatchObject({ value: true, reason: 'STATIC' });

  const failed = next(ProviderEvents.Error);
  save('{ not JSON');
  await failed;
  expect(client.providerStatus).toBe(ProviderStatus.ERROR);
  expect(await client.getBooleanValue('checkout', false)).toBe(true);

  const changed = next(ProviderEvents.ConfigurationChanged);
  save(flags(false));
  await changed;
  expect(client.providerStatus).toBe(ProviderStatus.READY);
  expect(await client.getBooleanDetails('checkout', true)).toMatchObject({ value: false, reason: 'DISABLED' });
});

function next(event: ProviderEvents): Promise<void> {
  return new Promise((resolve) => OpenFeature.addHandler(event, () => resolve()));
}
