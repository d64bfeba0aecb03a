import { setImmediate as nextTurn } from 'node:timers/promises';
import { startPostgres, type TestPostgres } from '@tidegate/testkit';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createEnvironment } from '../contract/builders.contract.ts';
import { describeStorageContract } from '../storage.contract.ts';
import { openPostgresStorage } from './postgres-storage.ts';

let server: TestPostgres;
let databaseCount = 0;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

describeStorageContract('PostgreSQL', async () => {
  const url = await server.createDatabase(`contract_${++databaseCount}`);
  return {
    sharing: 'many-nodes',
    open: async (node) => openPostgresStorage({ url, node }),
    execute: async (statement) => {
      const sql = postgres(url, { max: 1 });
      await sql.unsafe(statement);
      await sql.end();
    },
    // The server goes with all of its databases.
    dispose: async () => {},
  };
});

test('a write under a lease waits for a takeover that is under way, and is refused by it', async () => {
  const url = await server.createDatabase(`contract_${++databaseCount}`);
  const storage = openPostgresStorage({ url, node: 'node-1' });
  const sql = postgres(url, { max: 2 });
  onTestFinished(async () => {
    await storage.close();
    await sql.end();
  });
  await storage.migrate();
  const environment = await createEnvironment(storage);
  const lease = await storage.acquireLease('lease', 'a', 600_000);
  if (lease === undefined) throw new Error('expected a free lease');
  const checkpoint = { environment, position: {}, parts: [new Uint8Array()], atMs: 0 };

  const outcome = await sql.begin(async (takeover) => {
    await takeover`UPDATE leases SET holder = 'b', epoch = epoch + 1 WHERE name = 'lease'`;
    const saving = storage.saveCheckpoint(checkpoint, lease);
    const waiting = () => sql`SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'tidegate' AND wait_event_type = 'Lock'`;
    const answered = saving.then(() => 'answered');
    while ((await waiting()).length === 0) {
      if ((await Promise.race([answered, nextTurn('waiting')])) === 'answered') break;
    }
    return { saving };
  });
  expect(await outcome.saving).toBe('lease-lost');
  expect(await storage.findCheckpoint(environment)).toBeUndefined();
});
