import { buildFlag } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { rolloutFlag, startedClient } from './started-client.fixture.ts';

test('the rollout of a flag is told as the held rules have it, and changes with them', async () => {
  const { client, wire } = await startedClient([rolloutFlag(50_000)]);
  expect(client.rolloutState('new-checkout')).toEqual({
    rolloutId: 'r1',
    epoch: 1,
    stageIndex: 2,
    treatment: 'on',
    control: 'off',
    treatmentPpm: 50_000,
    ruleId: undefined,
    revision: 1,
  });
  wire.publish({ kind: 'flag', key: 'new-checkout', document: rolloutFlag(100_000, { revision: 2 }) });
  expect(client.rolloutState('new-checkout')).toMatchObject({ treatmentPpm: 100_000, revision: 2 });
  wire.publish({ kind: 'flag', key: 'new-checkout', document: buildFlag({ revision: 3 }) });
  expect(client.rolloutState('new-checkout')).toBeNull();
});

test('a disabled flag treats nobody', async () => {
  const { client } = await startedClient([rolloutFlag(50_000, { enabled: false })]);
  expect(client.rolloutState('new-checkout')).toMatchObject({ rolloutId: 'r1', treatmentPpm: 0 });
});

test('of several rollouts of a flag, the one that treats most is told', async () => {
  const { fallthrough } = rolloutFlag(50_000);
  const { fallthrough: serve } = rolloutFlag(60_000);
  const condition = { attribute: 'plan', operator: 'equals', values: ['pro'] } as const;
  const { client } = await startedClient([buildFlag({ fallthrough, rules: [{ id: 'pro', condition, serve }] })]);
  expect(client.rolloutState('new-checkout')).toMatchObject({ ruleId: 'pro', treatmentPpm: 60_000 });
});

test('there is none of a flag that is not there', async () => {
  const { client } = await startedClient([]);
  expect(client.rolloutState('new-checkout')).toBeNull();
});
