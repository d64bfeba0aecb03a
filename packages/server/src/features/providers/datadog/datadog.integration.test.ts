import { describe } from 'vitest';
import { metricProviderContract } from '../contract/metric-provider.contract.ts';

describe('a stand-in of Datadog', () => {
  metricProviderContract({
    settings: (address) => ({
      kind: 'datadog',
      description: '',
      address,
      timeoutMs: 5_000,
      lagMs: 0,
      apiKey: { secret: 'key' },
      applicationKey: { secret: 'other-key' },
    }),
    texts: {
      value: 'avg:latency{variant:{{ args.variant }}}',
      sampleSize: 'sum:size{variant:{{ args.variant }}}.as_count()',
      events: 'sum:errors{variant:{{ args.variant }}}.as_count()',
      units: 'sum:requests{variant:{{ args.variant }}}.as_count()',
    },
    answer: (value) => {
      const values = value === null ? [] : [value === 'wrong-type' ? '12' : value];
      return { data: { type: 'scalar_response', attributes: { columns: [{ name: 'a', type: 'number', values }] } } };
    },
    notFinite: () => '{"data": {"attributes": {"columns": [{"name": "a", "type": "number", "values": [1e999]}]}}}',
    badQuery: { status: 400, json: { errors: ['Error parsing query'] } },
    queryOf: ({ body }) => JSON.parse(body).data.attributes.queries[0].query,
  });
});
