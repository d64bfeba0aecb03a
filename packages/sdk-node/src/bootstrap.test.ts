import { buildFlag } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { rolloutFlag, startedClient } from './started-client.fixture.ts';

const ANN = { targetingKey: 'ann', email: 'ann@example.com' };
const VALUE = rolloutFlag(1_000_000, { clientSide: 'value' });
const RULES = buildFlag({
  key: 'banner',
  clientSide: 'rules',
  rules: [
    {
      id: 'who-writes-from-example-com',
      condition: { attribute: 'email', operator: 'endsWith', values: ['@example.com'] },
      serve: { kind: 'variation', variation: 'on' },
    },
  ],
  fallthrough: { kind: 'variation', variation: 'off' },
});

test('a page receives values, of the flags that browsers may have, and nothing of rules or context', async () => {
  const { client } = await startedClient([VALUE, RULES, buildFlag({ key: 'secret' })]);
  const bootstrap = client.bootstrap(ANN);
  expect(bootstrap?.flags.map(({ key, fallthrough }) => [key, fallthrough])).toMatchObject([
    ['new-checkout', { variation: 'on', reason: 'SPLIT', exposure: { rolloutId: 'r1', arm: 'treatment' } }],
    ['banner', { variation: 'on', reason: 'TARGETING_MATCH' }],
  ]);
  expect(JSON.stringify(bootstrap)).not.toMatch(/ann@|example|secret/);
});

test('making one exposes nobody, but for the flags by which this process renders, and to those once', async () => {
  const { client, reported } = await startedClient([VALUE, RULES]);
  expect(client.bootstrap(ANN)?.exposed).toEqual([]);
  expect(await reported()).toEqual({ arms: [], outcomes: [], counted: {} });
  expect(client.bootstrap(ANN, { served: ['new-checkout', 'gone'] })?.exposed).toMatchObject([{ rolloutId: 'r1' }]);
  client.variation('new-checkout', ANN, false);
  client.bootstrap(ANN, { served: ['new-checkout'] });
  expect(await reported()).toEqual({ arms: [1], outcomes: [], counted: { 'new-checkout on': 1 } });
});

test('there is none before the first rules, and one without a unit for a context that has none', async () => {
  const { client } = await startedClient([VALUE]);
  expect(client.bootstrap({})).toMatchObject({ flags: [{ fallthrough: { reason: 'ERROR' } }] });
  expect(client.bootstrap({})).not.toHaveProperty('unit');
});
