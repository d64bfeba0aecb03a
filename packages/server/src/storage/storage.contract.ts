import { afterAll, beforeAll, describe } from 'vitest';
import { batchLogContract } from './contract/batch-log.contract.ts';
import { changesContract } from './contract/changes.contract.ts';
import { drillsContract } from './contract/drills.contract.ts';
import { leasesContract } from './contract/leases.contract.ts';
import { lifetimeContract } from './contract/lifetime.contract.ts';
import { measurementsContract } from './contract/measurements.contract.ts';
import { outboxContract } from './contract/outbox.contract.ts';
import { projectsAndKeysContract } from './contract/projects-and-keys.contract.ts';
import { rolloutsContract } from './contract/rollouts.contract.ts';
import { schedulesContract } from './contract/schedules.contract.ts';
import { settingsContract } from './contract/settings.contract.ts';
import { signalsContract } from './contract/signals.contract.ts';
import type { DatabaseUnderTest, OpenDatabase, StorageUnderTest } from './contract/storage-under-test.contract.ts';
import { trafficWeightsContract } from './contract/traffic-weights.contract.ts';
import { usageContract } from './contract/usage.contract.ts';

/** What every driver of the port keeps, as tests. `openDatabase` makes a new empty database each time it is called. */
export function describeStorageContract(name: string, openDatabase: OpenDatabase): void {
  describe(`the storage contract, kept by ${name}`, () => {
    let database: DatabaseUnderTest;
    let underTest: StorageUnderTest;

    beforeAll(async () => {
      database = await openDatabase();
      const storage = await database.open('node-1');
      await storage.migrate();
      const others =
        database.sharing === 'one-node'
          ? ([storage, storage] as const)
          : ([await database.open('node-2'), await database.open('node-3')] as const);
      underTest = { storage, nodes: [storage, ...others] };
    });
    afterAll(async () => {
      await Promise.all([...new Set(underTest.nodes)].map((node) => node.close()));
      await database.dispose();
    });

    const get = () => underTest;
    describe('projects, environments, keys', () => projectsAndKeysContract(get));
    describe('settings', () => settingsContract(get));
    describe('the change log', () => changesContract(get));
    describe('the batch log', () => batchLogContract(get));
    describe('leases and checkpoints', () => leasesContract(get));
    describe('rollouts and decisions', () => rolloutsContract(get));
    describe('drills', () => drillsContract(get));
    describe('the outbox', () => outboxContract(get));
    describe('scheduled changes', () => schedulesContract(get));
    describe('signals', () => signalsContract(get));
    describe('traffic weights', () => trafficWeightsContract(get));
    describe('measurements', () => measurementsContract(get));
    describe('usage', () => usageContract(get));
    describe('opening and closing', () => lifetimeContract(openDatabase));
  });
}
