import { OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/server-sdk';
import { answered, buildFlag, InMemoryWire } from '@tidegate/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { change, clientOn, hear, openFeatureOn, resetOpenFeature } from './open-feature.fixture.ts';
import { TidegateProvider } from './tidegate-provider.ts';

const CUT = { answer: () => ({ kind: 'failed', message: 'cut' }) as const, refuseStreams: true };

afterEach(resetOpenFeature);

describe('events', () => {
  test('a change names the flags that may answer otherwise', async () => {
    const wire = new InMemoryWire().seed({ flags: [buildFlag(), buildFlag({ key: 'other' })] });
    const client = await openFeatureOn(wire);
    const heard = hear(client);
    wire.publish(change(buildFlag({ enabled: false, revision: 2 })));
    expect(heard).toMatchObject([{ event: 'PROVIDER_CONFIGURATION_CHANGED', flagsChanged: ['new-checkout'] }]);
    expect(await client.getBooleanValue('new-checkout', true)).toBe(false);
  });

  test('silence makes it stale, and the next word ready again; flags answer all the while', async () => {
    const wire = new InMemoryWire().seed({ flags: [buildFlag()] });
    const client = await openFeatureOn(wire, { staleAfterMs: 20_000 });
    const heard = hear(client);
    wire.openStreams[0]?.lose();
    wire.faults = CUT;
    await wire.time.advance(60_000);
    expect(heard).toMatchObject([{ event: 'PROVIDER_STALE', message: expect.stringContaining('20000 ms') }]);
    expect(client.providerStatus).toBe(ProviderStatus.STALE);
    expect(await client.getBooleanDetails('new-checkout', false)).toMatchObject({ value: true, reason: 'STALE' });
    wire.faults = {};
    await wire.time.advance(31_000);
    expect(heard.slice(1)).toMatchObject([{ event: 'PROVIDER_READY' }]);
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(await client.getBooleanDetails('new-checkout', false)).toMatchObject({ reason: 'STATIC' });
  });

  test('a key that is revoked is an error told once, while flags go on answering', async () => {
    const wire = new InMemoryWire().seed({ flags: [buildFlag()] });
    const client = await openFeatureOn(wire, { staleAfterMs: 3_600_000 });
    const heard = hear(client);
    wire.faults = { answer: () => answered(401), refuseStreams: true };
    wire.openStreams[0]?.lose();
    await wire.time.advance(300_000);
    expect(heard).toMatchObject([{ event: 'PROVIDER_ERROR', message: expect.stringContaining('key-refused') }]);
    expect(client.providerStatus).toBe(ProviderStatus.ERROR);
    expect(await client.getBooleanValue('new-checkout', false)).toBe(true);
    wire.faults = {};
    await wire.time.advance(61_000);
    expect(heard.slice(1)).toMatchObject([{ event: 'PROVIDER_READY' }]);
  });

  test('an outage that is over soon is told to nobody', async () => {
    const wire = new InMemoryWire().seed({ flags: [buildFlag()] });
    const heard = hear(await openFeatureOn(wire));
    wire.faults = CUT;
    wire.openStreams[0]?.lose();
    await wire.time.advance(10_000);
    wire.faults = {};
    await wire.time.advance(40_000);
    expect(heard).toEqual([]);
  });
});

describe('the start', () => {
  test('evaluation before it gives the default and PROVIDER_NOT_READY', async () => {
    const wire = new InMemoryWire();
    wire.faults = { answer: () => new Promise(() => undefined) };
    OpenFeature.setProvider(new TidegateProvider(clientOn(wire)));
    const client = OpenFeature.getClient();
    expect(client.providerStatus).toBe(ProviderStatus.NOT_READY);
    expect(await client.getBooleanDetails('new-checkout', true)).toMatchObject({
      value: true,
      errorCode: 'PROVIDER_NOT_READY',
    });
    const unregistered = new TidegateProvider(clientOn(wire));
    expect(await unregistered.resolveBooleanEvaluation('new-checkout', true, {})).toMatchObject({
      value: true,
      errorCode: 'PROVIDER_NOT_READY',
    });
  });

  test('is an error when no flags come in time, and over when they come after all', async () => {
    const wire = new InMemoryWire().seed({ flags: [buildFlag()] });
    wire.faults = CUT;
    const client = OpenFeature.getClient();
    const heard = hear(client);
    const provider = new TidegateProvider(clientOn(wire), { timeoutMs: 2_000 });
    const started = OpenFeature.setProviderAndWait(provider);
    const failure = expect(started).rejects.toMatchObject({ code: 'PROVIDER_NOT_READY' });
    await wire.time.advance(2_000);
    await failure;
    expect(heard).toMatchObject([{ event: 'PROVIDER_ERROR', message: expect.stringMatching(/2000 ms: .*cut/) }]);
    expect(client.providerStatus).toBe(ProviderStatus.ERROR);
    expect(await client.getBooleanDetails('new-checkout', false)).toMatchObject({ errorCode: 'PROVIDER_NOT_READY' });
    wire.faults = {};
    await wire.time.advance(31_000);
    expect(heard.slice(1)).toMatchObject([{ event: 'PROVIDER_READY' }]);
    expect(await client.getBooleanValue('new-checkout', false)).toBe(true);
  });

  test('fails at once and for good when the key is refused, and all the same recovers with the key', async () => {
    const wire = new InMemoryWire().seed({ flags: [buildFlag()] });
    wire.faults = { answer: () => answered(401) };
    const started = OpenFeature.setProviderAndWait(new TidegateProvider(clientOn(wire)));
    await expect(started).rejects.toMatchObject({ code: 'PROVIDER_FATAL' });
    const client = OpenFeature.getClient();
    expect(client.providerStatus).toBe(ProviderStatus.FATAL);
    expect(await client.getBooleanDetails('new-checkout', false)).toMatchObject({ errorCode: 'PROVIDER_FATAL' });
    wire.faults = {};
    await wire.time.advance(61_000);
    expect(client.providerStatus).toBe(ProviderStatus.READY);
    expect(await client.getBooleanValue('new-checkout', false)).toBe(true);
  });

  test('options that no client can be made of are fatal', async () => {
    const provider = new TidegateProvider({ url: 'localhost:4280', key: 'tg_srv_key' });
    await expect(OpenFeature.setProviderAndWait(provider)).rejects.toMatchObject({
      code: 'PROVIDER_FATAL',
      message: expect.stringContaining("the server's address"),
    });
  });

  test('belongs to servers', () => {
    const provider = new TidegateProvider(clientOn(new InMemoryWire()));
    expect([provider.metadata.name, provider.runsOn]).toEqual(['tidegate', 'server']);
  });
});

describe('the end', () => {
  test('a client that was given stays open; what was recorded is sent, and events are told no more', async () => {
    const wire = new InMemoryWire().seed({ flags: [buildFlag()] });
    const lent = clientOn(wire);
    const provider = new TidegateProvider(lent);
    await OpenFeature.setProviderAndWait(provider);
    await wire.time.advance(0);
    const events: string[] = [];
    provider.events.addHandler(ProviderEvents.ConfigurationChanged, () => void events.push('changed'));
    OpenFeature.getClient().track('paid', { targetingKey: 'ann' });
    await OpenFeature.clearProviders();
    expect(wire.batches).toMatchObject([{ outcomes: { events: ['paid'] } }]);
    wire.publish(change(buildFlag({ enabled: false, revision: 2 })));
    expect(lent.variation('new-checkout', { targetingKey: 'ann' }, true)).toBe(false);
    expect(events).toEqual([]);
  });

  test('a provider may be registered again', async () => {
    const wire = new InMemoryWire().seed({ flags: [buildFlag()] });
    const provider = new TidegateProvider(clientOn(wire));
    await OpenFeature.setProviderAndWait(provider);
    await OpenFeature.clearProviders();
    await OpenFeature.setProviderAndWait(provider);
    expect(await OpenFeature.getClient().getBooleanValue('new-checkout', false)).toBe(true);
  });
});
