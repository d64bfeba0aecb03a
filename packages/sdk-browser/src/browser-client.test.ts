import { createCoreClient } from '@tidegate/sdk-core';
import { buildFlag, InMemoryWire } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { type BrowserClient, browserClient, copyOf } from './browser-client.ts';
import { changedAnswers } from './changed-answers.ts';

/** What a server sends of a `value` flag under a rollout: what it decided, and which arm that was. */
const VALUE = buildFlag({
  variations: [{ key: 'on', value: true }],
  offVariation: 'on',
  fallthrough: {
    kind: 'evaluated',
    variation: 'on',
    reason: 'SPLIT',
    ruleId: 'fallthrough',
    exposure: { rolloutId: 'r1', epoch: 1, stageIndex: 2, arm: 'treatment', unit: 'targetingKey' },
  },
});
const RULES = buildFlag({
  key: 'banner',
  rules: [
    {
      id: 'swiss',
      condition: { attribute: 'country', operator: 'equals', values: ['CH'] },
      serve: { kind: 'variation', variation: 'on' },
    },
  ],
  fallthrough: { kind: 'variation', variation: 'off' },
});

async function clientOn(wire: InMemoryWire): Promise<BrowserClient> {
  const context = { targetingKey: 'ann', country: 'CH' };
  const core = createCoreClient({
    platform: wire.platform(),
    key: 'tg_web_key',
    changedBetween: changedAnswers,
    context,
  });
  core.start();
  const client = browserClient(core, { context, onClose: () => undefined });
  await client.waitForInitialization();
  return client;
}

test('values of the server and rules of the page answer alike', async () => {
  const client = await clientOn(new InMemoryWire().seed({ flags: [VALUE, RULES] }));
  expect(client.variationDetail('new-checkout', false)).toEqual({
    value: true,
    variation: 'on',
    reason: 'SPLIT',
    ruleId: 'fallthrough',
    revision: 1,
  });
  expect(client.variationDetail('banner', false)).toMatchObject({ value: true, reason: 'TARGETING_MATCH' });
  expect([...client.allVariations().keys()]).toEqual(['new-checkout', 'banner']);
});

test('a value under a rollout exposes the page’s unit, in the stage under which the server evaluated it', async () => {
  const wire = new InMemoryWire().seed({ flags: [VALUE] });
  const client = await clientOn(wire);
  expect(client.variation('new-checkout', false)).toBe(true);
  expect(client.run('new-checkout', { control: () => 'old', treatment: () => 'new' })).toBe('new');
  client.track('paid', { value: 3 });
  expect(await client.close()).toBe(true);
  expect(wire.batches).toMatchObject([
    {
      exposures: { rolloutIds: ['r1'], stage: [2], arm: [1], unit: [0] },
      outcomes: { events: ['$duration:new-checkout', 'paid'], unit: [0, 0] },
    },
  ]);
});

test('a new context answers when its values are there', async () => {
  const client = await clientOn(new InMemoryWire().seed({ flags: [RULES] }));
  const changed = client.setContext({ targetingKey: 'bob', country: 'DE' });
  expect(client.variation('banner', false)).toBe(true);
  expect(await changed).toBe(true);
  expect(client.variation('banner', true)).toBe(false);
});

test('what the page does with its context object later changes nothing', async () => {
  const client = await clientOn(new InMemoryWire().seed({ flags: [RULES] }));
  const context = { targetingKey: 'bob', country: 'DE' };
  await client.setContext(context);
  context.country = 'CH';
  expect(client.variation('banner', true)).toBe(false);
  expect(copyOf({ targetingKey: 'a', missing: undefined })).toEqual({ targetingKey: 'a' });
});
