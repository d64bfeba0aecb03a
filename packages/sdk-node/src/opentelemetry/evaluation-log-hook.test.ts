import { type EvaluationContext, InMemoryProvider, OpenFeature } from '@openfeature/server-sdk';
import { logs } from '@opentelemetry/api-logs';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { type Client, createCoreClient } from '@tidegate/sdk-core';
import { buildFlag, InMemoryWire } from '@tidegate/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TidegateProvider } from '../openfeature/index.ts';
import { createTestClient } from '../testing.ts';
import { EvaluationLogHook, type EvaluationLogOptions, loggedVariationDetail } from './index.ts';

const TARGETED = buildFlag({
  rules: [
    {
      id: 'pro',
      condition: { attribute: 'plan', operator: 'equals', values: ['pro'] },
      serve: { kind: 'variation', variation: 'off' },
    },
  ],
  revision: 3,
});
const ANN = { targetingKey: 'ann', plan: 'pro' };

let exporter: InMemoryLogRecordExporter;
let loggerProvider: LoggerProvider;

beforeEach(() => {
  exporter = new InMemoryLogRecordExporter();
  loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
});

afterEach(async () => {
  logs.disable();
  await OpenFeature.clearProviders();
  OpenFeature.clearHooks();
});

async function readyClient(): Promise<Client> {
  const wire = new InMemoryWire().seed({ flags: [TARGETED] });
  const core = createCoreClient({ platform: wire.platform(), key: 'tg_srv_key' });
  core.start();
  await core.waitForInitialization();
  return { ...core, explain: () => undefined };
}

/** What one evaluation leaves in the log. */
async function logged(flagKey: string, context: EvaluationContext, options: EvaluationLogOptions = {}) {
  await OpenFeature.setProviderAndWait(new TidegateProvider(await readyClient()));
  OpenFeature.addHooks(new EvaluationLogHook({ loggerProvider, ...options }));
  await OpenFeature.getClient().getBooleanValue(flagKey, true, context);
  return exporter.getFinishedLogRecords().map(({ eventName, attributes }) => ({ eventName, attributes }));
}

test('an evaluation is one log event, with today’s names', async () => {
  expect(await logged('new-checkout', ANN)).toEqual([
    {
      eventName: 'feature_flag.evaluation',
      attributes: {
        'feature_flag.key': 'new-checkout',
        'feature_flag.provider.name': 'tidegate',
        'feature_flag.result.variant': 'off',
        'feature_flag.result.reason': 'targeting_match',
        'feature_flag.set.id': 'default/production',
        'feature_flag.version': '3',
      },
    },
  ]);
});

test('one that fails names its error, and the value that was served in its place', async () => {
  expect(await logged('missing', ANN)).toEqual([
    {
      eventName: 'feature_flag.evaluation',
      attributes: {
        'feature_flag.key': 'missing',
        'feature_flag.provider.name': 'tidegate',
        'feature_flag.result.value': true,
        'feature_flag.result.reason': 'error',
        'feature_flag.set.id': 'default/production',
        'error.type': 'flag_not_found',
        'feature_flag.error.message': expect.stringContaining('missing'),
      },
    },
  ]);
});

test('whom it was for is written only where the application asks for it', async () => {
  const [withId] = await logged('new-checkout', ANN, { contextId: true });
  expect(withId?.attributes).toMatchObject({ 'feature_flag.context.id': 'ann' });
  exporter.reset();
  OpenFeature.clearHooks();
  const [anonymous] = await logged('new-checkout', { plan: 'pro' }, { contextId: true });
  expect(Object.keys(anonymous?.attributes ?? {})).not.toContain('feature_flag.context.id');
});

test('providers of others are logged alike', async () => {
  const provider = new InMemoryProvider({
    theme: { variants: { dark: { a: 1 } }, defaultVariant: 'dark', disabled: false },
  });
  await OpenFeature.setProviderAndWait(provider);
  OpenFeature.addHooks(new EvaluationLogHook({ loggerProvider }));
  await OpenFeature.getClient().getObjectValue('theme', {});
  expect(exporter.getFinishedLogRecords().map(({ attributes }) => attributes)).toMatchObject([
    { 'feature_flag.provider.name': 'in-memory', 'feature_flag.result.variant': 'dark' },
  ]);
});

test('a provider of logs that is registered later is found', async () => {
  const variationDetail = loggedVariationDetail(await readyClient());
  variationDetail('new-checkout', ANN, true);
  logs.setGlobalLoggerProvider(loggerProvider);
  variationDetail('new-checkout', ANN, true);
  expect(exporter.getFinishedLogRecords()).toHaveLength(1);
});

test('the client alone logs what the hook logs', async () => {
  const client = await readyClient();
  const variationDetail = loggedVariationDetail(client, { loggerProvider });
  expect(variationDetail('new-checkout', ANN, true)).toEqual(client.variationDetail('new-checkout', ANN, true));
  variationDetail('missing', ANN, true);
  const plain = exporter.getFinishedLogRecords().map(({ attributes }) => attributes);
  exporter.reset();
  const hooked = [...(await logged('new-checkout', ANN))];
  OpenFeature.clearHooks();
  exporter.reset();
  hooked.push(...(await logged('missing', ANN)));
  expect(plain).toEqual(hooked.map(({ attributes }) => attributes));
});

test('a client that knows its flags keeps their types', () => {
  const client = createTestClient<{ readonly theme: 'dark' | 'light' }>({ flags: { theme: 'dark' } });
  const variationDetail = loggedVariationDetail(client, { loggerProvider });
  const theme: 'dark' | 'light' = variationDetail('theme', ANN, 'light').value;
  expect(theme).toBe('dark');
});

test('a logger that throws disturbs no evaluation', async () => {
  const client = await readyClient();
  const broken = new LoggerProvider({
    processors: [
      {
        onEmit() {
          throw new Error('full');
        },
        forceFlush: async () => undefined,
        shutdown: async () => undefined,
      },
    ],
  });
  const variationDetail = loggedVariationDetail(client, { loggerProvider: broken });
  expect(variationDetail('new-checkout', ANN, true)).toMatchObject({ value: false });
});

test('where nobody listens, nothing is read', async () => {
  const client = await readyClient();
  const status = vi.spyOn(client, 'status');
  loggedVariationDetail(client)('new-checkout', ANN, true);
  expect(status).not.toHaveBeenCalled();
  loggedVariationDetail(client, { loggerProvider })('new-checkout', ANN, true);
  expect(status).toHaveBeenCalledOnce();
});
