import { describe, expect, test } from 'vitest';
import { metricPatchSchema, newMetricSchema } from './metric.ts';

const flawsOf = (metric: object) =>
  newMetricSchema
    .safeParse({ key: 'a', event: 'e', ...metric })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

test('a metric needs a key and an event, and takes more of it for harm', () => {
  expect(newMetricSchema.parse({ key: 'refunds', event: 'refund' })).toEqual({
    key: 'refunds',
    event: 'refund',
    kind: 'binary',
    description: '',
    harm: 'up',
    browserEvidence: false,
  });
});

test('only the events that client.run reports start with a dollar sign', () => {
  expect(flawsOf({ event: '$error' })).toBeUndefined();
  expect(flawsOf({ event: '$error:checkout' })).toEqual(['event: only $error and $duration start with a $']);
  expect(flawsOf({ kind: 'ratio', perEvent: '$other', windowMs: 60_000 })).toEqual([
    'perEvent: only $error and $duration start with a $',
  ]);
});

test('a metric counts above a bound or below it, not both', () => {
  expect(flawsOf({ countsWhen: { above: 1, below: 2 } })).toHaveLength(1);
});

describe('a kind', () => {
  test.each([
    { kind: 'binary' },
    { kind: 'binary', windowMs: 86_400_000 },
    { kind: 'count', windowMs: 60_000, capAt: 20 },
    { kind: 'mean', windowMs: 60_000, capAt: 500, countsWhen: { above: 0 } },
    { kind: 'ratio', windowMs: 60_000, perEvent: 'visit' },
    { kind: 'histogram' },
    { kind: 'histogram', min: 0.1, max: 10_000 },
  ])('is written %j', (measure) => {
    expect(newMetricSchema.parse({ key: 'a', event: 'e', ...measure })).toMatchObject(measure);
  });

  test.each([
    [{ kind: 'mean' }, ['windowMs: Invalid input: expected number, received undefined']],
    [{ kind: 'count', windowMs: 1_000 }, ['windowMs: Too small: expected number to be >=10000']],
    [{ kind: 'ratio', windowMs: 60_000 }, ['perEvent: Invalid input: expected string, received undefined']],
    [{ capAt: 5 }, [': Unrecognized key: "capAt"']],
    [{ kind: 'histogram', windowMs: 60_000 }, [': Unrecognized key: "windowMs"']],
    [
      { kind: 'histogram', max: 0.5 },
      ['max: max must be above min, and at most 100000000 times as large: min is 1, max is 0.5'],
    ],
    [
      { kind: 'histogram', min: 1e-6 },
      ['max: max must be above min, and at most 100000000 times as large: min is 0.000001, max is 60000'],
    ],
  ])('says what is wrong with %j', (measure, flaws) => {
    expect(flawsOf(measure)).toEqual(flaws);
  });

  test('that there is not is refused with those that there are', () => {
    expect(flawsOf({ kind: 'median' })?.[0]).toMatch(/^kind: /);
  });
});

test('a patch may name the members of any kind', () => {
  const patch = { kind: 'histogram', windowMs: null, capAt: null, perEvent: null, min: 2, max: 9 };
  expect(metricPatchSchema.parse(patch)).toEqual(patch);
});
