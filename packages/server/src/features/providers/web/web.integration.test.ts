import { describe } from 'vitest';
import { metricProviderContract } from '../contract/metric-provider.contract.ts';

describe('a server that answers with JSON', () => {
  metricProviderContract({
    settings: (address) => ({
      kind: 'web',
      description: '',
      address: `${address}/api/`,
      timeoutMs: 5_000,
      lagMs: 0,
      auth: { kind: 'bearer', token: { secret: 'key' } },
    }),
    texts: {
      value: '/latency?variant={{ args.variant }}#/data/number',
      sampleSize: '/size?variant={{ args.variant }}#/data/number',
      events: '/errors?variant={{ args.variant }}#/data/number',
      units: '/requests?variant={{ args.variant }}#/data/number',
    },
    answer: (value) => ({ data: { number: value === 'wrong-type' ? '12' : value } }),
    notFinite: () => '{"data": {"number": 1e999}}',
    badQuery: { status: 400, json: { message: 'no such metric' } },
    queryOf: ({ path }) => `${path.replace('/api', '')}#/data/number`,
  });
});
