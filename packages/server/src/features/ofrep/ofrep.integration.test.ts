import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import { type Provider, ProviderEvents, OpenFeature as WebOpenFeature } from '@openfeature/web-sdk';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type RunningServer, runServer } from '../../running-server.fixture.ts';
import { FetchEventSource } from './event-source.fixture.ts';
import { operator } from './operator.fixture.ts';

const on = (key: string) => ({ kind: 'variation', variation: key });

const VARIETY = [
  { key: 'a-boolean', kind: 'boolean', fallthrough: on('on') },
  { key: 'a-text', kind: 'string', variations: [{ key: 'blue', value: '#00f' }], fallthrough: on('blue') },
  { key: 'a-number', kind: 'number', variations: [{ key: 'many', value: 12.5 }], fallthrough: on('many') },
  {
    key: 'an-object',
    kind: 'json',
    variations: [{ key: 'dense', value: { rows: [1, null, 'x'], nested: { deep: true } } }],
    fallthrough: on('dense'),
  },
].map(({ variations, ...flag }) => ({
  ...flag,
  ...(variations && { variations, offVariation: variations[0]?.key }),
}));

const GOLD = {
  key: 'for-gold',
  rules: [
    {
      id: 'acme-pilot',
      condition: { attribute: 'plan', operator: 'equals', values: ['gold'] },
      serve: on('on'),
    },
  ],
};

const SPLIT = {
  key: 'halved',
  fallthrough: {
    kind: 'split',
    ranges: [
      { fromPpm: 0, toPpm: 500_000, variation: 'on' },
      { fromPpm: 500_000, toPpm: 1_000_000, variation: 'off' },
    ],
  },
};

async function serverClient(server: RunningServer, headers: [string, string][]) {
  const domain = `${server.url} ${headers.join()}`;
  await OpenFeature.setProviderAndWait(domain, new OFREPProvider({ baseUrl: server.url, headers }));
  onTestFinished(() => OpenFeature.clearProviders());
  return OpenFeature.getClient(domain);
}

async function webClient(server: RunningServer, context: { targetingKey: string; [attribute: string]: string }) {
  vi.stubGlobal('EventSource', FetchEventSource);
  const provider = new OFREPWebProvider({
    baseUrl: server.url,
    cacheMode: 'disabled',
    headers: [['X-API-Key', server.keys.browserKey]],
  });
  // Its optional members may be undefined, which is another type only to a compiler as strict as ours.
  await WebOpenFeature.setProviderAndWait(server.url, provider as Provider, context);
  onTestFinished(async () => {
    await WebOpenFeature.clearProviders();
    vi.unstubAllGlobals();
  });
  return WebOpenFeature.getClient(server.url);
}

/** Fulfilled once the client says that its flags have changed. */
function nextChange(client: ReturnType<typeof WebOpenFeature.getClient>): Promise<readonly string[]> {
  return new Promise((resolve) => {
    client.addHandler(ProviderEvents.ConfigurationChanged, (details) => resolve(details?.flagsChanged ?? []));
  });
}

test.each([
  ['Authorization', (key: string) => `Bearer ${key}`],
  ['X-API-Key', (key: string) => key],
])('the published server provider reads values of every kind with %s', async (header, credential) => {
  const server = await runServer();
  for (const flag of VARIETY) await operator(server).create(flag);
  const client = await serverClient(server, [[header, credential(server.keys.serverKey)]]);
  const context = { targetingKey: 'ann' };
  expect(await client.getBooleanDetails('a-boolean', false, context)).toMatchObject({
    value: true,
    variant: 'on',
    reason: 'STATIC',
    flagMetadata: { environment: 'default/production', revision: expect.any(Number) },
  });
  expect(await client.getStringValue('a-text', '', context)).toBe('#00f');
  expect(await client.getNumberValue('a-number', 0, context)).toBe(12.5);
  expect(await client.getObjectValue('an-object', {}, context)).toEqual({
    rows: [1, null, 'x'],
    nested: { deep: true },
  });
});

test('a server is told which rule matched, and what went wrong', async () => {
  const server = await runServer();
  for (const flag of [GOLD, SPLIT]) await operator(server).create(flag);
  const client = await serverClient(server, [['Authorization', `Bearer ${server.keys.serverKey}`]]);
  expect(await client.getBooleanDetails('for-gold', false, { targetingKey: 'ann', plan: 'gold' })).toMatchObject({
    value: true,
    reason: 'TARGETING_MATCH',
    flagMetadata: { ruleId: 'acme-pilot' },
  });
  expect(await client.getBooleanDetails('halved', true, {})).toMatchObject({
    value: true,
    reason: 'ERROR',
    errorCode: 'TARGETING_KEY_MISSING',
  });
  expect(await client.getBooleanDetails('nowhere', true, {})).toMatchObject({
    value: true,
    errorCode: 'FLAG_NOT_FOUND',
  });
});

test('a page is given what its key may see, evaluated for its context, and no rule', async () => {
  const server = await runServer();
  for (const flag of VARIETY) await operator(server).create({ ...flag, clientSide: 'rules' });
  await operator(server).create({ ...GOLD, clientSide: 'value' });
  await operator(server).create({ key: 'secret' });
  const client = await webClient(server, { targetingKey: 'ann', plan: 'gold' });
  expect(client.getBooleanDetails('for-gold', false)).toMatchObject({ value: true, variant: 'on' });
  expect(client.getBooleanDetails('for-gold', false).flagMetadata).not.toHaveProperty('ruleId');
  expect(client.getStringValue('a-text', '')).toBe('#00f');
  expect(client.getNumberValue('a-number', 0)).toBe(12.5);
  expect(client.getObjectValue('an-object', {})).toEqual({ rows: [1, null, 'x'], nested: { deep: true } });
  expect(client.getBooleanDetails('secret', true)).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' });
});

test('a change reaches the page over the stream, and one that it may not see does not', async () => {
  const server = await runServer();
  const flag = await operator(server).create({ key: 'banner', clientSide: 'value', fallthrough: on('off') });
  const secret = await operator(server).create({ key: 'secret' });
  const client = await webClient(server, { targetingKey: 'ann' });
  expect(client.getBooleanValue('banner', true)).toBe(false);
  const changed = nextChange(client);
  await operator(server).patch(secret, { fallthrough: on('on') });
  await operator(server).patch(flag, { fallthrough: on('on') });
  expect(await changed).toEqual(['banner']);
  expect(client.getBooleanValue('banner', false)).toBe(true);
});
