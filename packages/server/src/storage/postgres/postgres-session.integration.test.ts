import { startPostgres, type TestPostgres } from '@tidegate/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { StorageUnavailableError } from '../storage-unavailable-error.ts';
import { postgresSession } from './postgres-session.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

function openSession() {
  const causes: unknown[] = [];
  const session = postgresSession({ url: server.url, onEnd: (cause) => causes.push(cause) });
  onTestFinished(() => session.close());
  return { session, causes };
}

test('nothing that was queued behind a lost connection runs on another one', async () => {
  const { session, causes } = openSession();
  await session.query('CREATE TABLE written (value TEXT)');
  await session.query('BEGIN');
  const queued = [
    session.query('SELECT pg_terminate_backend(pg_backend_pid())'),
    session.query('INSERT INTO written VALUES ($1)', ['first']),
    session.query('INSERT INTO written VALUES ($1)', ['second']),
    session.query('INSERT INTO written VALUES ($1)', ['third']),
  ];
  const outcomes = await Promise.allSettled(queued);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
  expect(session.alive).toBe(false);
  expect(causes).toHaveLength(1);
  await expect(session.query('SELECT 1')).rejects.toThrow(StorageUnavailableError);
  expect(await openSession().session.query('SELECT value FROM written')).toEqual([]);
});

test('a statement that fails leaves its session as it was', async () => {
  const { session, causes } = openSession();
  await expect(session.query('SELECT * FROM no_such_table')).rejects.toThrow(/no_such_table/);
  expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(causes).toEqual([]);
});

test('large integers come as numbers, and arrays are sent whatever is in them', async () => {
  const { session } = openSession();
  const texts = ['', '"quoted"', 'back\\slash', '{a,b}', 'NULL', 'é😀\n'];
  const rows = await session.query(
    'SELECT * FROM unnest(CAST($1 AS BIGINT[]), CAST($2 AS TEXT[])) AS t (number, text)',
    [[1_700_000_000_000, 0, -1, 2, 3, 4], texts],
  );
  expect(rows).toEqual(texts.map((text, index) => ({ number: [1_700_000_000_000, 0, -1, 2, 3, 4][index], text })));
});
