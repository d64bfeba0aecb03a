import type { SettingsOf } from '@tidegate/protocol';
import { describe, expect, test } from 'vitest';
import { createHttpClient } from '../../../http-client/index.ts';
import { replyJson, startStandIn } from '../../../http-client/stand-in-server.fixture.ts';
import { manualPlatform } from '../../../manual-platform.fixture.ts';
import { metricProviderContract } from '../contract/metric-provider.contract.ts';
import { makeProvider } from '../make-provider.ts';
import { findClientFlaw } from './official-client.ts';

const settings = (address: string): SettingsOf<'cloudwatch'> => ({
  kind: 'cloudwatch',
  description: '',
  address,
  timeoutMs: 5_000,
  lagMs: 0,
  region: 'eu-west-1',
  accessKeyId: { secret: 'key' },
  secretAccessKey: { secret: 'other-key' },
});
const insights = (metric: string) => `SELECT SUM(${metric}) FROM shop WHERE variant = '{{ args.variant }}'`;
const resultOf = (member: object) => ({ MetricDataResults: [{ Id: 'value', StatusCode: 'Complete', ...member }] });

describe('a stand-in of CloudWatch', () => {
  metricProviderContract({
    settings,
    texts: {
      value: insights('latency'),
      sampleSize: insights('samples'),
      events: insights('errors'),
      units: insights('requests'),
    },
    answer: (value) => resultOf({ Values: value === null ? [] : [value === 'wrong-type' ? '12' : value] }),
    notFinite: () => '{"MetricDataResults": [{"Id": "value", "StatusCode": "Complete", "Values": [1e999]}]}',
    badQuery: {
      status: 400,
      json: { __type: 'com.amazonaws.cloudwatch#InvalidParameterValueException', message: 'Error in expression' },
    },
    queryOf: ({ body }) => JSON.parse(body).MetricDataQueries[0].Expression,
  });

  async function ask(reply: object, status = 200) {
    const standIn = await startStandIn();
    standIn.reply(replyJson(reply, status));
    const platform = manualPlatform((error) => {
      throw error;
    });
    const provider = makeProvider(settings(standIn.url), 'shop/production', {
      client: createHttpClient({ platform, allowedHosts: [standIn.host] }),
      secrets: new Map(['key', 'other-key'].map((name) => [name, { value: name, host: standIn.host }])),
      nowMs: platform.nowMs,
    });
    const query = { kind: 'scalar', value: insights('latency'), args: {}, windowMs: 300_000 } as const;
    const window = { startAtMs: 1_700_000_000_000, endAtMs: 1_700_000_300_000 };
    const result = await provider.query({ query, arms: { treatment: 'new' }, window });
    await standIn.close();
    return { result, requests: standIn.requests };
  }

  test('a request is signed for its region, over the window, and a value is the mean of its minutes', async () => {
    const { result, requests } = await ask(resultOf({ Values: [1, 2, 6] }));
    expect(result).toMatchObject({ status: 'ok', arms: { treatment: { value: 3 } } });
    expect(requests).toMatchObject([
      {
        method: 'POST',
        path: '/',
        headers: {
          authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=key\/\d{8}\/eu-west-1\/monitoring\//),
          'x-amz-target': expect.stringMatching(/\.GetMetricData$/),
        },
      },
    ]);
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ StartTime: 1_700_000_000, EndTime: 1_700_000_300 });
  });

  test('counts are summed over the minutes of the window', async () => {
    const { result } = await ask({ MetricDataResults: [{ Id: 'events', StatusCode: 'Complete', Values: [1, 2, 6] }] });
    expect(result).toMatchObject({ arms: { treatment: { value: 9 } } });
  });

  test.each([
    ['ThrottlingException', 'rate_limited'],
    ['AccessDeniedException', 'auth'],
    ['UnrecognizedClientException', 'auth'],
    ['InvalidParameterCombinationException', 'bad_query'],
  ])('a refusal has the class of its name, not of its status: %s', async (name, refusedAs) => {
    const { result } = await ask({ __type: `com.amazonaws.cloudwatch#${name}`, message: 'no' }, 400);
    expect(result).toMatchObject({ status: 'error', class: refusedAs, message: expect.stringContaining(name) });
  });

  test('what is not whole is unavailable, and several series are no number', async () => {
    const partial = await ask(resultOf({ StatusCode: 'PartialData', Values: [1] }));
    expect(partial.result).toMatchObject({ class: 'unavailable' });
    const { MetricDataResults: one } = resultOf({ Values: [1] });
    expect((await ask({ MetricDataResults: [...one, ...one] })).result).toMatchObject({ class: 'bad_query' });
  });
});

test('an address with two slashes in its path leads to no other host', async () => {
  const [standIn, other] = [await startStandIn(), await startStandIn()];
  const allowedHosts = [standIn.host, other.host];
  const platform = manualPlatform((error) => {
    throw error;
  });
  const provider = makeProvider(settings(`${standIn.url}//${other.host}`), 'shop/production', {
    client: createHttpClient({ platform, allowedHosts }),
    secrets: new Map(['key', 'other-key'].map((name) => [name, { value: name, host: standIn.host }])),
    nowMs: platform.nowMs,
  });
  for (const each of [standIn, other]) each.reply(replyJson({}));
  const query = { kind: 'scalar', value: 'latency', args: {}, windowMs: 300_000 } as const;
  const window = { startAtMs: 1_700_000_000_000, endAtMs: 1_700_000_300_000 };
  await provider.query({ query, arms: { treatment: 'new' }, window });
  expect([standIn.requests.length, other.requests.length]).toEqual([1, 0]);
  await Promise.all([standIn.close(), other.close()]);
});

test('without the client of its maker CloudWatch cannot be asked, and what to do is said', () => {
  expect(findClientFlaw()).toBeUndefined();
  const missing = () => {
    throw new Error('not found');
  };
  expect(findClientFlaw(missing)).toContain('npm install @aws-sdk/client-cloudwatch');
});
