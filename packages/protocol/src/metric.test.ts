import { expect, test } from 'vitest';
import { newMetricSchema } from './metric.ts';

test('a metric needs a key and an event, and takes more of it for harm', () => {
  expect(newMetricSchema.parse({ key: 'refunds', event: 'refund' })).toEqual({
    key: 'refunds',
    event: 'refund',
    description: '',
    harm: 'up',
    browserEvidence: false,
  });
});

test('only the events that client.run reports start with a dollar sign', () => {
  expect(newMetricSchema.safeParse({ key: 'a', event: '$error' }).success).toBe(true);
  expect(newMetricSchema.safeParse({ key: 'a', event: '$error:checkout' }).success).toBe(false);
});

test('a metric counts above a bound or below it, not both', () => {
  const countsWhen = { above: 1, below: 2 };
  expect(newMetricSchema.safeParse({ key: 'a', event: 'e', countsWhen }).success).toBe(false);
});
