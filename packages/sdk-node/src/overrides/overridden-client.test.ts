import { buildFlag } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { rolloutFlag, startedClient } from '../started-client.fixture.ts';

const ANN = { targetingKey: 'ann' };

test('an override decides, is counted as such, and is neither an exposure nor an outcome', async () => {
  const { client, reported } = await startedClient([rolloutFlag(0)]);
  const tester = client.withOverrides({ 'new-checkout': 'on' });
  expect(tester.variation('new-checkout', ANN, false)).toBe(true);
  expect(tester.variationDetail('new-checkout', ANN, false)).toMatchObject({ variation: 'on', reason: 'OVERRIDE' });
  expect(tester.run('new-checkout', ANN, { control: () => 'old', treatment: () => 'new' })).toBe('new');
  const measurement = tester.measure('new-checkout', ANN, false);
  measurement.end({ failed: true });
  expect(measurement.value).toBe(true);
  expect(await reported()).toEqual({ arms: [], outcomes: [], counted: { 'new-checkout $override': 4 } });
});

test('it decides for the flags that it names, and for the client that it was asked of', async () => {
  const { client, reported } = await startedClient([rolloutFlag(0), rolloutFlag(0, { key: 'search' })]);
  const tester = client.withOverrides({ 'new-checkout': 'on' });
  expect(tester.variation('search', ANN, true)).toBe(false);
  expect(client.variation('new-checkout', ANN, true)).toBe(false);
  expect(tester.allVariations(ANN).get('new-checkout')).toMatchObject({ value: true, reason: 'OVERRIDE' });
  expect((await reported()).counted).toEqual({ 'search off': 1, 'new-checkout off': 1 });
});

test('what names no variation, or one of another type than the default, changes nothing', async () => {
  const { client } = await startedClient([buildFlag()]);
  for (const overrides of [{ 'new-checkout': 'gone' }, { other: 'on' }, { constructor: 'on' }]) {
    const tester = client.withOverrides(overrides);
    expect(tester.variationDetail('new-checkout', ANN, false)).toMatchObject({ value: true, reason: 'STATIC' });
    expect(tester.variationDetail('constructor', ANN, 'x')).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' });
  }
  const tester = client.withOverrides({ 'new-checkout': 'off' });
  expect(tester.variationDetail('new-checkout', ANN, 'text')).toMatchObject({ errorCode: 'TYPE_MISMATCH' });
});

test('the value of a json flag is the caller’s own', async () => {
  const variations = [{ key: 'some', value: { perDay: 3 } }];
  const flag = { variations, offVariation: 'some', fallthrough: { kind: 'variation', variation: 'some' } } as const;
  const { client } = await startedClient([buildFlag({ key: 'limits', kind: 'json', ...flag })]);
  Object.assign(Object(client.withOverrides({ limits: 'some' }).variation('limits', ANN, {})), { perDay: 4 });
  expect(client.variation('limits', ANN, {})).toEqual({ perDay: 3 });
});
