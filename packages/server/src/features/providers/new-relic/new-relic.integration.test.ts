import { describe } from 'vitest';
import { metricProviderContract } from '../contract/metric-provider.contract.ts';

const answerOf = (results: readonly unknown[]) => ({ data: { actor: { account: { nrql: { results } } } } });

describe('a stand-in of New Relic', () => {
  metricProviderContract({
    settings: (address) => ({
      kind: 'new-relic',
      description: '',
      address,
      timeoutMs: 5_000,
      lagMs: 0,
      accountId: 12,
      apiKey: { secret: 'key' },
    }),
    texts: {
      value: "SELECT average(duration) FROM Transaction WHERE variant = '{{ args.variant }}'",
      sampleSize: "SELECT uniqueCount(user) FROM Transaction WHERE variant = '{{ args.variant }}'",
      events: "SELECT count(*) FROM TransactionError WHERE variant = '{{ args.variant }}'",
      units: "SELECT count(*) FROM Transaction WHERE variant = '{{ args.variant }}'",
    },
    answer: (value) => answerOf(value === null ? [] : [{ count: value === 'wrong-type' ? '12' : value }]),
    notFinite: () => JSON.stringify(answerOf([{ count: 77 }])).replace('77', '1e999'),
    badQuery: {
      status: 200,
      json: { data: null, errors: [{ message: 'NRQL Syntax Error: unexpected', extensions: { errorClass: 'X' } }] },
    },
    queryOf: ({ body }) => JSON.parse(body).variables.nrql,
  });
});
