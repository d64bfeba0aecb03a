import {
  type EventDetails,
  type FlagValue,
  OpenFeature,
  type Client as OpenFeatureClient,
  ProviderEvents,
  ProviderStatus,
} from '@openfeature/web-sdk';
import type { Context } from '@tidegate/sdk-core';
import { answered, buildFlag, InMemoryWire } from '@tidegate/testkit';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { BrowserClient } from '../browser-client.ts';
import { batchesOf, clientOn as clientAt, countsOf, eventsOf, standIn } from '../page-world.fixture.ts';
import { TidegateProvider } from './tidegate-provider.ts';

type Flag = ReturnType<typeof buildFlag>;

const SWISS_ONLY = buildFlag({
  key: 'banner',
  rules: [
    {
      id: 'swiss',
      condition: { attribute: 'country', operator: 'equals', values: ['CH'] },
      serve: { kind: 'variation', variation: 'on' },
    },
  ],
  fallthrough: { kind: 'variation', variation: 'off' },
});

/** What a server sends of a `value` flag under a rollout: what it decided, and which arm that was. */
const VALUE_UNDER_ROLLOUT = buildFlag({
  variations: [{ key: 'on', value: true }],
  offVariation: 'on',
  fallthrough: {
    kind: 'evaluated',
    variation: 'on',
    reason: 'SPLIT',
    ruleId: 'fallthrough',
    exposure: { rolloutId: 'r1', epoch: 1, stageIndex: 2, arm: 'treatment', unit: 'targetingKey' },
  },
});

/** A flag that serves one value to everyone. */
function flagOf(key: string, kind: Flag['kind'], value: Flag['variations'][number]['value']): Flag {
  const only = { variations: [{ key: 'only', value }], offVariation: 'only' };
  return buildFlag({ key, kind, ...only, fallthrough: { kind: 'variation', variation: 'only' } });
}

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const ANN = { targetingKey: 'ann', country: 'CH' };
const CUT = { answer: () => ({ kind: 'failed', message: 'cut' }) as const, refuseStreams: true };

function clientOn(wire: InMemoryWire, options: { context?: Context; staleAfterMs?: number } = {}): BrowserClient {
  standIn(wire);
  return clientAt(wire, { context: ANN, ...options });
}

/** OpenFeature with Tidegate on a wire as its provider, ready. */
async function openFeatureOn(wire: InMemoryWire, options: { staleAfterMs?: number } = {}): Promise<OpenFeatureClient> {
  await OpenFeature.setProviderAndWait(new TidegateProvider(clientOn(wire, options), { timeoutMs: 3_000 }));
  await wire.time.advance(0);
  return OpenFeature.getClient();
}

/** Everything that OpenFeature tells its handlers from now on. */
function hear(client: OpenFeatureClient) {
  const heard: { event: string; flagsChanged?: string[] | undefined }[] = [];
  for (const event of Object.values(ProviderEvents)) {
    client.addHandler(event, (details?: EventDetails<ProviderEvents.ConfigurationChanged>) => {
      heard.push({ event, flagsChanged: details?.flagsChanged });
    });
  }
  // A handler of READY is called at once where the provider is.
  heard.length = 0;
  return heard;
}

afterEach(async () => {
  await OpenFeature.clearProviders();
  await OpenFeature.clearContexts();
  OpenFeature.clearHandlers();
  OpenFeature.clearHooks();
  vi.unstubAllGlobals();
});

describe('evaluation', () => {
  test('a value of each type comes in the same turn, with its details', async () => {
    const flags = [
      flagOf('boolean-flag', 'boolean', true),
      flagOf('string-flag', 'string', 'hi'),
      flagOf('number-flag', 'number', 0.5),
      flagOf('object-flag', 'json', { showImages: true }),
      flagOf('list-flag', 'json', [1, 2]),
    ];
    const client = await openFeatureOn(new InMemoryWire().seed({ flags }));
    expect(client.getBooleanValue('boolean-flag', false)).toBe(true);
    expect(client.getStringValue('string-flag', 'bye')).toBe('hi');
    expect(client.getNumberValue('number-flag', 1)).toBe(0.5);
    expect(client.getObjectValue('object-flag', {})).toEqual({ showImages: true });
    expect(client.getObjectValue('list-flag', {})).toEqual([1, 2]);
    expect(client.getBooleanDetails('boolean-flag', false)).toEqual({
      flagKey: 'boolean-flag',
      value: true,
      variant: 'only',
      reason: 'STATIC',
      flagMetadata: { flagSetId: 'default/production', version: '1', revision: 1 },
    });
  });

  test.each<[string, FlagValue, string]>([
    ['missing', { a: 1 }, 'FLAG_NOT_FOUND'],
    ['boolean-flag', {}, 'TYPE_MISMATCH'],
    ['boolean-flag', true, 'TYPE_MISMATCH'],
  ])('whoever asks %s for an object gets the default %j and %s', async (flagKey, fallback, errorCode) => {
    const client = await openFeatureOn(new InMemoryWire().seed({ flags: [flagOf('boolean-flag', 'boolean', true)] }));
    const details = client.getObjectDetails(flagKey, fallback);
    expect(details).toMatchObject({ value: fallback, reason: 'ERROR', errorCode });
  });

  test('it counts and exposes exactly as the client does, and hooks see it', async () => {
    const wire = new InMemoryWire().seed({ flags: [VALUE_UNDER_ROLLOUT] });
    const client = await openFeatureOn(wire);
    const stages: string[] = [];
    client.addHooks({
      before: () => void stages.push('before'),
      after: () => void stages.push('after'),
      error: () => void stages.push('error'),
      finally: () => void stages.push('finally'),
    });
    expect(client.getBooleanDetails('new-checkout', false)).toMatchObject({ value: true, reason: 'SPLIT' });
    client.getBooleanValue('missing', false);
    client.track('purchase', { value: 19.9 });
    await wire.time.advance(2_000);
    expect(stages).toEqual(['before', 'after', 'finally', 'before', 'error', 'finally']);
    expect([...countsOf(wire).values()]).toEqual([1, 1]);
    expect(batchesOf(wire)).toMatchObject([
      {
        rows: [
          { of: 'exposures', rolloutId: 'r1', stageIndex: 2, arm: 'treatment' },
          { of: 'outcomes', event: 'purchase', value: 19.9 },
        ],
      },
    ]);
  });
});

describe('the context', () => {
  test('that stands when the provider is registered is the one that flags answer for', async () => {
    await OpenFeature.setContext({ targetingKey: 'bob', country: 'DE' });
    const wire = new InMemoryWire().seed({ flags: [SWISS_ONLY] });
    const client = await openFeatureOn(wire);
    expect(client.getBooleanValue('banner', true)).toBe(false);
  });

  test('of a client that was given stays until OpenFeature has one', async () => {
    const client = await openFeatureOn(new InMemoryWire().seed({ flags: [SWISS_ONLY] }));
    expect(client.getBooleanValue('banner', false)).toBe(true);
  });

  test('changes in one step: reconciling, then changed, and flags answer for the old one until then', async () => {
    const client = await openFeatureOn(new InMemoryWire().seed({ flags: [SWISS_ONLY] }));
    const heard = hear(client);
    const changed = OpenFeature.setContext({ targetingKey: 'bob', since: new Date(0) });
    expect(client.providerStatus).toBe(ProviderStatus.RECONCILING);
    expect(client.getBooleanValue('banner', false)).toBe(true);
    await changed;
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(client.getBooleanValue('banner', true)).toBe(false);
    expect(heard.map(({ event }) => event)).toEqual([
      'PROVIDER_RECONCILING',
      'PROVIDER_CONFIGURATION_CHANGED',
      'PROVIDER_CONTEXT_CHANGED',
    ]);
  });

  test('of two quick changes the last one counts, and neither is an error', async () => {
    const wire = new InMemoryWire().seed({ flags: [SWISS_ONLY] });
    const client = await openFeatureOn(wire);
    const heard = hear(client);
    await Promise.all([
      OpenFeature.setContext({ targetingKey: 'bob', country: 'CH' }),
      OpenFeature.setContext({ targetingKey: 'cid', country: 'DE' }),
    ]);
    expect(client.getBooleanValue('banner', true)).toBe(false);
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(heard.map(({ event }) => event)).not.toContain('PROVIDER_ERROR');
    expect(heard.filter(({ event }) => event === 'PROVIDER_CONTEXT_CHANGED')).toHaveLength(1);
  });

  test('whose values do not come in time is an error, and over when they come after all', async () => {
    const wire = new InMemoryWire().seed({ flags: [SWISS_ONLY] });
    const client = await openFeatureOn(wire);
    OpenFeature.setLogger(SILENT);
    const heard = hear(client);
    wire.faults = CUT;
    const changed = OpenFeature.setContext({ targetingKey: 'bob', country: 'DE' });
    await wire.time.advance(3_000);
    await changed;
    expect(client.providerStatus).toBe(ProviderStatus.ERROR);
    expect(client.getBooleanValue('banner', false)).toBe(true);
    wire.faults = {};
    await wire.time.advance(31_000);
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(client.getBooleanValue('banner', true)).toBe(false);
    expect(heard.map(({ event }) => event)).toEqual([
      'PROVIDER_RECONCILING',
      'PROVIDER_ERROR',
      'PROVIDER_READY',
      'PROVIDER_CONFIGURATION_CHANGED',
    ]);
  });
});

describe('events', () => {
  test('a change names the flags that may answer otherwise', async () => {
    const wire = new InMemoryWire().seed({ flags: [buildFlag(), SWISS_ONLY] });
    const client = await openFeatureOn(wire);
    const heard = hear(client);
    wire.publish({ kind: 'flag', key: 'new-checkout', document: buildFlag({ enabled: false, revision: 2 }) });
    expect(heard).toEqual([{ event: 'PROVIDER_CONFIGURATION_CHANGED', flagsChanged: ['new-checkout'] }]);
    expect(client.getBooleanValue('new-checkout', true)).toBe(false);
  });

  test('silence makes it stale, and the next word ready again', async () => {
    const wire = new InMemoryWire().seed({ flags: [buildFlag()] });
    const client = await openFeatureOn(wire, { staleAfterMs: 20_000 });
    const heard = hear(client);
    wire.faults = CUT;
    wire.openStreams[0]?.lose();
    await wire.time.advance(60_000);
    expect(client.providerStatus).toBe(ProviderStatus.STALE);
    wire.faults = {};
    await wire.time.advance(31_000);
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(heard.map(({ event }) => event)).toEqual(['PROVIDER_STALE', 'PROVIDER_READY']);
  });
});

describe('the start', () => {
  test('is an error when no flags come in time, and over when they come after all', async () => {
    const wire = new InMemoryWire().seed({ flags: [buildFlag()] });
    wire.faults = CUT;
    const started = OpenFeature.setProviderAndWait(new TidegateProvider(clientOn(wire), { timeoutMs: 2_000 }));
    const failure = expect(started).rejects.toMatchObject({ code: 'PROVIDER_NOT_READY' });
    await wire.time.advance(2_000);
    await failure;
    const client = OpenFeature.getClient();
    expect(client.providerStatus).toBe(ProviderStatus.ERROR);
    wire.faults = {};
    await wire.time.advance(31_000);
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(client.getBooleanValue('new-checkout', false)).toBe(true);
  });

  test('is an error when the values of the context do not come in time', async () => {
    const wire = new InMemoryWire().seed({ flags: [SWISS_ONLY] });
    const lent = clientOn(wire);
    await lent.waitForInitialization();
    wire.faults = CUT;
    await OpenFeature.setContext({ targetingKey: 'bob' });
    const started = OpenFeature.setProviderAndWait(new TidegateProvider(lent, { timeoutMs: 2_000 }));
    const failure = expect(started).rejects.toMatchObject({ code: 'PROVIDER_NOT_READY' });
    await wire.time.advance(2_000);
    await failure;
    wire.faults = {};
    await wire.time.advance(31_000);
    expect(OpenFeature.getClient().providerStatus).toBe(ProviderStatus.READY);
    expect(OpenFeature.getClient().getBooleanValue('banner', true)).toBe(false);
  });

  test('fails at once and for good when the key is refused', async () => {
    const wire = new InMemoryWire();
    wire.faults = { answer: () => answered(403) };
    const started = OpenFeature.setProviderAndWait(new TidegateProvider(clientOn(wire)));
    await expect(started).rejects.toMatchObject({ code: 'PROVIDER_FATAL' });
  });

  test('options that no client can be made of are fatal, and nothing answers before it', async () => {
    const provider = new TidegateProvider({ url: '/flags', key: 'tg_web_key' });
    expect([provider.metadata.name, provider.runsOn]).toEqual(['tidegate', 'client']);
    expect(provider.resolveBooleanEvaluation('banner', true)).toMatchObject({
      value: true,
      errorCode: 'PROVIDER_NOT_READY',
    });
    await expect(OpenFeature.setProviderAndWait(provider)).rejects.toMatchObject({ code: 'PROVIDER_FATAL' });
  });
});

test('the end of the provider sends what was recorded, and leaves a client that was given open', async () => {
  const wire = new InMemoryWire().seed({ flags: [SWISS_ONLY] });
  const lent = clientOn(wire);
  await OpenFeature.setProviderAndWait(new TidegateProvider(lent));
  OpenFeature.getClient().track('paid');
  await OpenFeature.clearProviders();
  expect(eventsOf(wire)).toEqual(['paid']);
  expect(await lent.setContext({ targetingKey: 'bob' })).toBe(true);
  expect(lent.variation('banner', true)).toBe(false);
});

test('a provider of its own client asks for OpenFeature’s context, and ends with it', async () => {
  const asked: { url: string; body: unknown }[] = [];
  const snapshot = { protocol: 1, environment: 'default/production', revision: 1, flags: [SWISS_ONLY], segments: [] };
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('removeEventListener', () => undefined);
  vi.stubGlobal('WebSocket', SilentWebSocket);
  vi.stubGlobal('fetch', async (url: string, { body }: { readonly body: string }) => {
    asked.push({ url, body: JSON.parse(body) });
    return url.includes('/events') ? new Response('', { status: 202 }) : Response.json(snapshot);
  });
  await OpenFeature.setContext({ targetingKey: 'ann', country: 'CH', since: new Date(0) });
  const provider = new TidegateProvider({ url: 'https://flags.example.com', key: 'tg_web_key', cache: false });
  await OpenFeature.setProviderAndWait(provider);
  expect(OpenFeature.getClient().getBooleanValue('banner', false)).toBe(true);
  await OpenFeature.clearProviders();
  expect(asked).toMatchObject([
    {
      url: 'https://flags.example.com/sdk/v1/snapshot?key=tg_web_key',
      body: { context: { targetingKey: 'ann', country: 'CH', since: '1970-01-01T00:00:00.000Z' } },
    },
    { url: 'https://flags.example.com/sdk/v1/events?key=tg_web_key', body: { counts: [['["banner","on"]', 1]] } },
  ]);
  expect(provider.resolveBooleanEvaluation('banner', false)).toMatchObject({ errorCode: 'PROVIDER_NOT_READY' });
});

/** Never opens. */
class SilentWebSocket extends EventTarget {
  close(): void {}
}
