import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import { AskedFlags } from './asked-flags.ts';

const environment = 'default/production';

test('what flags ask is read once, and again when the environment has changed', async () => {
  const storage = openSqliteStorage({ file: ':memory:' });
  onTestFinished(() => storage.close());
  await storage.migrate();
  const described = { name: '', description: '', createdAtMs: 0, version: 1, projectKey: 'default' };
  await storage.createProject(described);
  await storage.createEnvironment({ ...described, critical: false, environment, environmentKey: 'production' });
  const asking = (key: string, flag: string) =>
    storage.appendChange({
      environment,
      kind: 'flag',
      key,
      document: { key, prerequisites: [{ flag, variations: ['on'] }], rules: [] },
      archived: false,
      action: 'created',
      expectedRevision: 0,
      actor: { kind: 'key', id: 'k', name: 'Ann' },
      reason: '',
      atMs: 0,
    });
  let reads = 0;
  const asked = new AskedFlags({
    ...storage,
    listDocuments(...page) {
      reads += 1;
      return storage.listDocuments(...page);
    },
  });
  await asking('a', 'old');
  expect([...(await asked.of(environment)), ...(await asked.of(environment))]).toEqual(['old', 'old']);
  expect(reads).toBe(1);
  await asking('b', 'new');
  expect([...(await asked.of(environment))]).toEqual(['old', 'new']);
});
