import { buildFlag } from '@tidegate/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import type { EnvironmentView } from './environment-view.ts';
import { EnvironmentViews } from './environment-views.ts';

const ENVIRONMENT = 'default/production';

async function openStorage(): Promise<Storage> {
  const storage = openSqliteStorage({ file: ':memory:' });
  onTestFinished(() => storage.close());
  await storage.migrate();
  const described = { name: '', description: '', createdAtMs: 0, version: 1, projectKey: 'default' };
  await storage.createProject(described);
  await storage.createEnvironment({
    ...described,
    critical: false,
    environment: ENVIRONMENT,
    environmentKey: 'production',
  });
  return storage;
}

async function createFlags(storage: Storage, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const actor = { kind: 'setup', id: 'test', name: 'test' } as const;
    const document = buildFlag({ key });
    const change = { environment: ENVIRONMENT, kind: 'flag', key, document, archived: false } as const;
    await storage.appendChange({ ...change, action: 'created', actor, reason: '', atMs: 0, expectedRevision: 0 });
  }
}

const keysOf = (view: EnvironmentView) => [...view.flags.keys()];

test('a view whose log lost its end in a failover begins anew with what is there, and tells of it', async () => {
  const [primary, standby] = [await openStorage(), await openStorage()];
  await createFlags(primary, 'both', 'lost-1', 'lost-2');
  await createFlags(standby, 'both');
  let database = primary;
  const replaced: EnvironmentView[] = [];
  const views = new EnvironmentViews({
    storage: {
      ...primary,
      listChanges: (...args) => database.listChanges(...args),
      currentRevision: (...args) => database.currentRevision(...args),
      readSnapshot: (...args) => database.readSnapshot(...args),
    },
    nowMs: () => 0,
    onDelta: () => {},
    onReplaced: (view) => replaced.push(view),
  });
  expect(keysOf(await views.fresh(ENVIRONMENT))).toEqual(['both', 'lost-1', 'lost-2']);
  await views.refreshAll();
  expect(replaced).toEqual([]);
  database = standby;
  await createFlags(standby, 'new');
  await views.refreshAll();
  expect(replaced.map(keysOf)).toEqual([['both', 'new']]);
  expect(keysOf(await views.fresh(ENVIRONMENT))).toEqual(['both', 'new']);
});

test('a thousand who ask at once cost two reads of the change log', async () => {
  const storage = await openStorage();
  let reads = 0;
  const views = new EnvironmentViews({
    storage: {
      ...storage,
      listChanges: async (...args) => {
        reads += 1;
        await new Promise((resolve) => setImmediate(resolve));
        return storage.listChanges(...args);
      },
    },
    nowMs: () => 0,
    onDelta: () => {},
    onReplaced: () => {},
  });
  await views.get(ENVIRONMENT);
  await Promise.all(Array.from({ length: 1_000 }, () => views.fresh(ENVIRONMENT)));
  expect(reads).toBe(2);
});
