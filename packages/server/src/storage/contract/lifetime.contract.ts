import { expect, test } from 'vitest';
import type { Storage } from '../storage.ts';
import { StorageUnavailableError } from '../storage-unavailable-error.ts';
import {
  buildChange,
  buildDecision,
  buildKey,
  buildRecords,
  buildRollout,
  createEnvironment,
  readAllRecords,
} from './builders.contract.ts';
import type { DatabaseUnderTest, OpenDatabase } from './storage-under-test.contract.ts';

export function lifetimeContract(openDatabase: OpenDatabase): void {
  const withDatabase = async (run: (database: DatabaseUnderTest) => Promise<void>) => {
    const database = await openDatabase();
    try {
      await run(database);
    } finally {
      await database.dispose();
    }
  };

  test('a database that answers is alive, and a closed storage says that it is closed', () =>
    withDatabase(async (database) => {
      const storage = await database.open('node-1');
      await storage.ping();
      await storage.close();
      await expect(storage.ping()).rejects.toThrow(StorageUnavailableError);
      await expect(storage.appendRecords(buildRecords('a/b', 'late'))).rejects.toThrow(StorageUnavailableError);
    }));

  test('migrating twice is migrating once, also when all nodes start together', () =>
    withDatabase(async (database) => {
      const first = await database.open('node-1');
      const second = database.sharing === 'one-node' ? first : await database.open('node-2');
      await Promise.all([first.migrate(), second.migrate()]);
      const environment = await createEnvironment(first);
      await second.migrate();
      expect(await second.findEnvironment(environment)).toBeDefined();
      await Promise.all([...new Set([first, second])].map((storage) => storage.close()));
    }));

  test('a schema that a newer version made is refused in words that say what to do', () =>
    withDatabase(async (database) => {
      const storage = await database.open('node-1');
      await storage.migrate();
      await storage.close();
      await database.execute(`INSERT INTO schema_migrations (version, name) VALUES (99, 'from the future')`);
      const older = await database.open('node-1');
      await expect(older.migrate()).rejects.toThrow(/schema version 99.*newer Tidegate/s);
      await older.close();
    }));

  test('what was acknowledged before the storage closed is there when it opens again', () =>
    withDatabase(async (database) => {
      const before = await database.open('node-1');
      await before.migrate();
      const { environment, rollout, key } = await writeOfEverything(before);
      const late = before.appendRecords(buildRecords(environment, 'appended just before the close'));
      await before.close();
      await late;

      const after = await database.open('node-1');
      await after.migrate();
      expect(await after.findKeyByHash(key.hash)).toEqual(key);
      expect(await after.readSnapshot(environment)).toMatchObject({
        revision: 1,
        documents: [{ key: 'new-checkout' }],
      });
      expect(await after.findRollout(environment, rollout.id)).toMatchObject({ version: 2 });
      expect(await after.listDecisions(rollout.id, { limit: 10 })).toHaveLength(1);
      expect(await after.findCheckpoint(environment)).toMatchObject({ position: { a: 1 } });
      expect(await after.acquireLease('lease', 'b', 1_000)).toBeUndefined();
      expect(await readAllRecords(after, environment)).toEqual(['first', 'appended just before the close']);

      await after.appendRecords(buildRecords(environment, 'after the restart'));
      const rows = await after.readRecords(environment, {}, 10);
      expect(rows.map((row) => row.position)).toEqual([1, 2, 3]);
      expect(new Set(rows.map((row) => row.stream)).size).toBe(1);
      await after.close();
    }));
}

async function writeOfEverything(storage: Storage) {
  const environment = await createEnvironment(storage);
  const rollout = buildRollout(environment);
  const key = buildKey({ environment, kind: 'server', role: 'sdk' });
  await storage.createKey(key);
  await storage.appendChange(buildChange(environment));
  await storage.createRollout(rollout);
  await storage.saveDecision(buildDecision(rollout), null);
  await storage.appendRecords(buildRecords(environment, 'first'));
  const lease = await storage.acquireLease('lease', 'a', 600_000);
  if (lease === undefined) throw new Error('expected a free lease');
  await storage.saveCheckpoint({ environment, position: { a: 1 }, parts: [Uint8Array.of(1, 2)], atMs: 5 }, lease);
  return { environment, rollout, key };
}
