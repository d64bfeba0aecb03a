import { describe } from 'vitest';
import { metricProviderContract } from '../contract/metric-provider.contract.ts';

describe('a stand-in of Prometheus', () => {
  metricProviderContract({
    settings: (address) => ({
      kind: 'prometheus',
      description: '',
      address,
      timeoutMs: 5_000,
      lagMs: 0,
      auth: { kind: 'basic', user: 'tidegate', password: { secret: 'key' } },
    }),
    texts: {
      value: 'avg(latency{variant="{{ args.variant }}"})',
      sampleSize: 'sum(size{variant="{{ args.variant }}"})',
      events: 'sum(errors{variant="{{ args.variant }}"})',
      units: 'sum(requests{variant="{{ args.variant }}"})',
    },
    answer: (value, { endAtMs }) => {
      const sample = [endAtMs / 1_000, value === 'wrong-type' ? { count: 1 } : String(value)];
      const result = value === null ? [] : [{ metric: {}, value: sample }];
      return { status: 'success', data: { resultType: 'vector', result } };
    },
    notFinite: ({ endAtMs }) => {
      const result = [{ metric: {}, value: [endAtMs / 1_000, 'NaN'] }];
      return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
    },
    badQuery: { status: 400, json: { status: 'error', errorType: 'bad_data', error: 'parse error at char 5' } },
    queryOf: ({ body }) => new URLSearchParams(body).get('query') ?? '',
  });
});
