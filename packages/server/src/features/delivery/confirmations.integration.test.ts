import { expect, onTestFinished, test } from 'vitest';
import { manualPlatform } from '../../manual-platform.fixture.ts';
import { openSqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import { Confirmations } from './confirmations.ts';

const ENVIRONMENT = 'default/production';

// Of two transactions that write one node's rows at the same time, PostgreSQL refuses one.
test('however many ask at once, the connections of a node are written one write after another', async () => {
  const platform = manualPlatform(() => {});
  const storage = openSqliteStorage({ file: ':memory:' });
  onTestFinished(() => storage.close());
  await storage.migrate();
  let writing = 0;
  let most = 0;
  const confirmations = new Confirmations({
    platform,
    node: 'a',
    onError: () => {},
    countByRevision: () => [{ environment: ENVIRONMENT, appliedRevision: 7, count: 3 }],
    storage: {
      ...storage,
      saveConnections: async (...args) => {
        writing += 1;
        most = Math.max(most, writing);
        await platform.settle();
        await storage.saveConnections(...args);
        writing -= 1;
      },
    },
  });
  const counts = await Promise.all(Array.from({ length: 10 }, () => confirmations.count(ENVIRONMENT, 7)));
  expect(counts).toEqual(counts.map(() => ({ connectedCount: 3, confirmedCount: 3 })));
  expect(most).toBe(1);
});
