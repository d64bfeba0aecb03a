import { expect, test } from 'vitest';
import { checkWeight, setWeight } from './apply-weight.ts';
import { orderOf } from './order.fixture.ts';
import { failed, type TrafficAdapter, type WeightReading, WRITTEN } from './traffic-adapter.ts';

const readingOf = (weightPpm: number | null): WeightReading => ({
  kind: 'read',
  weightPpm,
  detail: `At ${weightPpm}.`,
});

/** An adapter of whole percents that answers its readings in turn, and counts what it is told. */
function adapterOf(readings: readonly WeightReading[], overrides: Partial<TrafficAdapter> = {}) {
  const left = [...readings];
  const told: number[] = [];
  const adapter: TrafficAdapter = {
    flaw: undefined,
    nearestPpm: (weightPpm) => Math.round(weightPpm / 10_000) * 10_000,
    read: async () => left.shift() ?? failed('nobody is there'),
    write: async ({ weightPpm }) => {
      told.push(weightPpm);
      return WRITTEN;
    },
    ...overrides,
  };
  return { adapter, told };
}

test('a weight is confirmed once it is read back as near as the adapter can say, which is told', async () => {
  expect(await setWeight(adapterOf([readingOf(50_000)]).adapter, orderOf(50_000))).toMatchObject({
    confirmed: true,
    detail: 'At 50000.',
  });
  expect(await setWeight(adapterOf([readingOf(50_000)]).adapter, orderOf(52_500))).toEqual({
    appliedPpm: 50_000,
    confirmed: true,
    detail: 'At 50000. Nothing is nearer to 5.25 %.',
  });
});

test.each([
  ['reads back another weight', adapterOf([readingOf(40_000)]), { appliedPpm: 40_000, confirmed: false }],
  ['cannot be read back', adapterOf([]), { appliedPpm: null, confirmed: false, detail: 'nobody is there' }],
  [
    'cannot be told',
    adapterOf([readingOf(50_000)], { write: async () => failed('no disk') }),
    { appliedPpm: null, confirmed: false, detail: 'no disk' },
  ],
  [
    'is not allowed',
    adapterOf([readingOf(50_000)], { flaw: 'not allowed' }),
    { appliedPpm: null, confirmed: false, detail: 'not allowed' },
  ],
])('an adapter that %s confirms nothing', async (_, { adapter }, outcome) => {
  expect(await setWeight(adapter, orderOf(50_000))).toMatchObject(outcome);
});

test('what somebody else changed is set again, and told', async () => {
  const { adapter, told } = adapterOf([readingOf(900_000), readingOf(50_000)]);
  expect(await checkWeight(adapter, orderOf(50_000), { onDrift: 'mend' })).toEqual({
    appliedPpm: 50_000,
    confirmed: true,
    drifted: true,
    detail: 'Somebody else changed it: At 900000. It should be 5 %. 5 % was set again.',
  });
  expect(told).toEqual([50_000]);
});

test('what somebody else changed is left to a person where the settings say so', async () => {
  const { adapter, told } = adapterOf([readingOf(null)]);
  expect(await checkWeight(adapter, orderOf(50_000), { onDrift: 'hold' })).toMatchObject({
    confirmed: false,
    drifted: true,
    detail: expect.stringContaining('Set it back'),
  });
  expect(told).toEqual([]);
});

test('an adapter that cannot be asked was changed by nobody', async () => {
  const { adapter, told } = adapterOf([]);
  expect(await checkWeight(adapter, orderOf(50_000), { onDrift: 'mend' })).toEqual({
    appliedPpm: null,
    confirmed: false,
    detail: 'nobody is there',
  });
  expect(told).toEqual([]);
});
