import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { describeStorageContract } from '../storage.contract.ts';
import { openSqliteStorage } from './sqlite-storage.ts';

const makeFolder = () => mkdtemp(join(tmpdir(), 'tidegate-sqlite-'));

describeStorageContract('SQLite', async () => {
  const folder = await makeFolder();
  const file = join(folder, 'tidegate.db');
  return {
    sharing: 'one-node',
    open: async () => openSqliteStorage({ file }),
    execute: async (statement) => {
      new Database(file).exec(statement).close();
    },
    dispose: () => rm(folder, { recursive: true }),
  };
});

test('a second server on the same file is told so, and gets it once the first has closed', async () => {
  const folder = await makeFolder();
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'tidegate.db');
  const first = openSqliteStorage({ file });
  await first.migrate();
  expect(() => openSqliteStorage({ file })).toThrow(/in use by another Tidegate server/);
  await first.ping();
  await first.close();
  const second = openSqliteStorage({ file });
  await second.migrate();
  await second.close();
});

test('a backup or a shell can read the file while a server has it', async () => {
  const folder = await makeFolder();
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'tidegate.db');
  const storage = openSqliteStorage({ file });
  await storage.migrate();
  await storage.createProject({ projectKey: 'default', name: '', description: '', createdAtMs: 0, version: 1 });
  const reader = new Database(file, { readonly: true });
  expect(reader.prepare('SELECT project_key FROM projects').pluck().all()).toEqual(['default']);
  reader.close();
  await storage.close();
});
