import { expect, test } from 'vitest';
import { launchdarklyBucketing } from './launchdarkly.ts';

const positionOf = (prefix: string, unit: string | number) => {
  const bucketing = { algorithm: 'launchdarkly', prefix } as const;
  return launchdarklyBucketing.positionOf(bucketing, launchdarklyBucketing.inputOf(bucketing, unit) ?? '');
};

// From the tests that LaunchDarkly's SDKs share (e.g. https://github.com/launchdarkly/go-server-sdk-evaluation).
test.each([
  ['hashKey.saltyA', 'userKeyA', 0.42157587],
  ['hashKey.saltyA', 'userKeyB', 0.6708485],
  ['hashKey.saltyA', 'userKeyC', 0.10343106],
  ['61', 'userKeyA', 0.09801207],
  ['61', 'userKeyB', 0.14483777],
  ['61', 'userKeyC', 0.9242641],
  ['hashKey.saltyA', 33_333, 0.54771423],
  ['hashKey.saltyA', '33333', 0.54771423],
])('%s.%s is at %d', (prefix, unit, position) => expect(positionOf(prefix, unit)).toBeCloseTo(position, 7));

test('a unit is a text or a whole number', () => {
  const inputOf = (unit: Parameters<typeof launchdarklyBucketing.inputOf>[1]) =>
    launchdarklyBucketing.inputOf({ algorithm: 'launchdarkly', prefix: 'p' }, unit);
  expect(['', 1e21, -0].map(inputOf)).toEqual(['p.', 'p.1e+21', 'p.0']);
  expect([undefined, null, 1.5, Number.POSITIVE_INFINITY, true, ['a'], {}].map(inputOf)).toEqual(
    new Array(7).fill(undefined),
  );
});
