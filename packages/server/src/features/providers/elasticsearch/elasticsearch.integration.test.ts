import { describe } from 'vitest';
import { metricProviderContract } from '../contract/metric-provider.contract.ts';

const text = (name: string) => `/logs-*/_search#/aggregations/number/value
{"size": 0, "query": {"term": {"variant": "{{ args.variant }}"}}, "aggs": {"number": {"avg": {"field": "${name}"}}}}`;

describe('a stand-in of Elasticsearch', () => {
  metricProviderContract({
    settings: (address) => ({
      kind: 'elasticsearch',
      description: '',
      address,
      timeoutMs: 5_000,
      lagMs: 0,
      auth: { kind: 'header', name: 'X-Api-Key', value: { secret: 'key' } },
    }),
    texts: { value: text('latency'), sampleSize: text('size'), events: text('errors'), units: text('requests') },
    answer: (value) => ({
      timed_out: false,
      _shards: { total: 1, failed: 0 },
      aggregations: { number: { value: value === 'wrong-type' ? '12' : value } },
    }),
    notFinite: () => '{"timed_out": false, "aggregations": {"number": {"value": 1e999}}}',
    badQuery: { status: 400, json: { error: { type: 'parsing_exception', reason: 'unknown query' }, status: 400 } },
    queryOf: ({ body }) => body,
  });
});
