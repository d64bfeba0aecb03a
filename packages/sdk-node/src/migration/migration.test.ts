import { buildFlag } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { startedClient } from '../started-client.fixture.ts';
import type { MigrationSteps } from './migration.ts';
import { type MigrationStage, STAGE_PLANS } from './migration-stage.ts';

const ANN = { targetingKey: 'ann' };
const STAGES: readonly MigrationStage[] = ['off', 'dual-write', 'shadow', 'live', 'ramp-down', 'complete'];
const VARIATIONS = [...STAGES, 'someday'].map((key) => ({ key, value: key }));

function stageFlag(stage: string) {
  return buildFlag({ key: 'orders-store', kind: 'string', variations: VARIATIONS, fallthrough: measured(stage) });
}

/** Everybody is treated, with the stage. */
function measured(treatment: string) {
  return {
    kind: 'rollout',
    rolloutId: 'r1',
    epoch: 1,
    stageIndex: 0,
    treatment,
    control: 'off',
    treatmentPpm: 1_000_000,
  } as const;
}

type Steps = MigrationSteps<string, string>;

/** Two stores that write down what is done to them. */
function stores(overrides: { readonly read?: Partial<Steps['read']>; readonly write?: Partial<Steps['write']> } = {}) {
  const done: string[] = [];
  const doing = (what: string, answer: string) => async () => {
    done.push(what);
    return answer;
  };
  const steps: Steps = {
    defaultStage: 'off',
    read: { old: doing('read old', 'order'), new: doing('read new', 'order'), ...overrides.read },
    write: { old: doing('write old', 'by old'), new: doing('write new', 'by new'), ...overrides.write },
  };
  return { done, steps };
}

const failing = () => Promise.reject(new Error('store'));

/** What one read and one write do at each stage, in order. */
const DONE: Readonly<Record<MigrationStage, readonly string[]>> = {
  off: ['read old', 'write old'],
  'dual-write': ['read old', 'write old', 'write new'],
  shadow: ['read old', 'read new', 'write old', 'write new'],
  live: ['read new', 'read old', 'write new', 'write old'],
  'ramp-down': ['read new', 'write new', 'write old'],
  complete: ['read new', 'write new'],
};

test.each(STAGES)('at the stage %s it reads and writes what the stage says, in its order', async (stage) => {
  const { client, wire } = await startedClient([stageFlag(stage)]);
  const { done, steps } = stores();
  const migration = client.migration('orders-store', ANN, steps);
  expect(migration.stage).toBe(stage);
  expect(await migration.read()).toBe('order');
  await wire.time.advance(0);
  const { value, second } = await migration.write();
  expect(done).toEqual(DONE[stage]);
  const [first, other] = STAGE_PLANS[stage].writes;
  expect([value, second.kind]).toEqual([`by ${first}`, other ? 'written' : 'none']);
});

test.each([
  ['is not there', []],
  ['has another value', [stageFlag('someday')]],
  ['is of another kind', [buildFlag({ key: 'orders-store' })]],
])('where the flag %s, the default stage holds, and nobody is exposed', async (_, flags) => {
  const { client, reported } = await startedClient(flags);
  const migration = client.migration('orders-store', ANN, { ...stores().steps, defaultStage: 'complete' });
  expect(migration.stage).toBe('complete');
  await migration.read();
  expect(await reported()).toMatchObject({ arms: [], outcomes: [] });
});

test('a migration keeps its stage while the flag changes', async () => {
  const { client, wire } = await startedClient([stageFlag('dual-write')]);
  const { done, steps } = stores();
  const migration = client.migration('orders-store', ANN, steps);
  wire.publish({ kind: 'flag', key: 'orders-store', document: { ...stageFlag('complete'), revision: 2 } });
  await migration.write();
  expect(done).toEqual(['write old', 'write new']);
});

test('when the first write fails nothing is written to the second, and the error is the caller’s', async () => {
  const { client, reported } = await startedClient([stageFlag('live')]);
  const { done, steps } = stores({ write: { new: failing } });
  await expect(client.migration('orders-store', ANN, steps).write()).rejects.toThrow('store');
  expect(done).toEqual([]);
  expect((await reported()).outcomes).toEqual(['$write-duration:orders-store', '$error:orders-store']);
});

test('when the second write fails the first stands, and the caller learns what to mend', async () => {
  const { client, reported } = await startedClient([stageFlag('dual-write')]);
  const { steps } = stores({ write: { new: failing } });
  expect(await client.migration('orders-store', ANN, steps).write()).toEqual({
    value: 'by old',
    second: { kind: 'failed', side: 'new', error: new Error('store') },
  });
  expect((await reported()).outcomes).toEqual(['$write-duration:orders-store', '$second-write-error:orders-store']);
});

test.each([
  ['answers otherwise', async () => 'another order', '$mismatch'],
  ['fails', failing, '$candidate-error'],
])('a side that is only compared and %s is reported, and changes no answer', async (_, other, event) => {
  const { client, wire, reported } = await startedClient([stageFlag('shadow')]);
  const { steps } = stores({ read: { new: other } });
  expect(await client.migration('orders-store', ANN, steps).read()).toBe('order');
  await wire.time.advance(0);
  expect((await reported()).outcomes).toEqual(
    ['$duration', '$candidate-duration', event].map((name) => `${name}:orders-store`),
  );
});

test('a read that throws at once rejects', async () => {
  const { client } = await startedClient([stageFlag('off')]);
  const { steps } = stores({
    read: {
      old: () => {
        throw new Error('at once');
      },
    },
  });
  await expect(client.migration('orders-store', ANN, steps).read()).rejects.toThrow('at once');
});
