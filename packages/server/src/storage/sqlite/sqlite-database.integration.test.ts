import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { ask, query } from '../sql/sql-database.ts';
import { StorageUnavailableError } from '../storage-unavailable-error.ts';
import { sqliteDatabase } from './sqlite-database.ts';
import { SQLITE_DIALECT } from './sqlite-dialect.ts';

const INSERT = 'INSERT INTO notes (text) VALUES ($text)';
const COUNT = 'SELECT COUNT(*) AS count FROM notes';

function openNotes() {
  const connection = new Database(':memory:');
  onTestFinished(() => {
    connection.close();
  });
  connection.exec('CREATE TABLE notes (text TEXT NOT NULL) STRICT');
  return { connection, database: sqliteDatabase(connection, SQLITE_DIALECT) };
}

test('a full disk refuses writes as unavailable, leaves nothing of them, and is over when there is room again', async () => {
  const { connection, database } = openNotes();
  const writeMuch = () =>
    database.transact(function* () {
      for (let note = 0; note < 50; note++) yield [query(INSERT, { text: 'x'.repeat(4_000) })];
    });
  connection.pragma('max_page_count = 20');
  await expect(writeMuch()).rejects.toThrow(StorageUnavailableError);
  expect(await database.query(COUNT)).toEqual([{ count: 0 }]);
  connection.pragma('max_page_count = 1000');
  await writeMuch();
  expect(await database.query(COUNT)).toEqual([{ count: 50 }]);
});

test('a unit of work that throws is rolled back, and the next one is not touched by it', async () => {
  const { database } = openNotes();
  const failing = database.transact(function* () {
    yield [query(INSERT, { text: 'a' })];
    throw new Error('a bug');
  });
  await expect(failing).rejects.toThrow('a bug');
  const count = await database.transact(function* () {
    yield [query(INSERT, { text: 'b' }), query(INSERT, { text: 'c' })];
    return yield* ask(COUNT);
  });
  expect(count).toEqual([{ count: 2 }]);
});

test('a statement that SQLite does not take is a bug, not a database that is away', async () => {
  const { database } = openNotes();
  await expect(database.query('SELECT * FROM no_such_table')).rejects.not.toThrow(StorageUnavailableError);
  await expect(database.query(INSERT, { text: null })).rejects.toThrow(/NOT NULL/);
});
