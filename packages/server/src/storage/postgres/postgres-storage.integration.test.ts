import { startPostgres, type TestPostgres } from '@tidegate/testkit';
import postgres from 'postgres';
import { afterAll, beforeAll } from 'vitest';
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
