import Database from 'better-sqlite3';
import { changeListeners } from '../sql/change-listeners.ts';
import { sqlStorage } from '../sql/sql-storage.ts';
import type { Storage } from '../storage.ts';
import { lockForSingleWriter, type SingleWriterLock } from './single-writer-lock.ts';
import { sqliteDatabase } from './sqlite-database.ts';
import { SQLITE_DIALECT, SQLITE_STREAM } from './sqlite-dialect.ts';

export interface OpenSqliteStorageOptions {
  /** A path, in a folder that exists, or `:memory:`. */
  readonly file: string;
  /** Makes leases expire by another clock than SQLite's own: a simulation's. */
  readonly nowMs?: () => number;
}

const IN_MEMORY = ':memory:';

const PRAGMAS = [
  // Readers and the writer do not wait for each other, and a commit is one flush.
  'journal_mode = WAL',
  // A commit is flushed before it is acknowledged; WAL's own default is not.
  'synchronous = FULL',
  'foreign_keys = ON',
  // A backup or an operator's shell may hold a lock for a moment.
  'busy_timeout = 5000',
  // 16 MB of log between checkpoints: bodies of the batch log are written and deleted again in bulk.
  'wal_autocheckpoint = 4000',
  // What a burst left behind is given back to the disk.
  'journal_size_limit = 67108864',
  // Pages kept in memory, in KiB when negative.
  'cache_size = -65536',
];

/** Opens the file and keeps other servers off it. Throws when another one has it. */
export function openSqliteStorage({ file, nowMs }: OpenSqliteStorageOptions): Storage {
  const lock = file === IN_MEMORY ? undefined : lockForSingleWriter(file);
  const connection = connect(file, lock);
  if (nowMs !== undefined) connection.function('now_ms', () => Math.floor(nowMs()));
  const dialect = nowMs === undefined ? SQLITE_DIALECT : { ...SQLITE_DIALECT, nowMs: 'now_ms()' };
  return sqlStorage({
    database: sqliteDatabase(connection, dialect),
    stream: SQLITE_STREAM,
    listeners: changeListeners(),
    close: async () => {
      connection.close();
      lock?.release();
    },
  });
}

function connect(file: string, lock: SingleWriterLock | undefined): Database.Database {
  try {
    const connection = new Database(file);
    for (const pragma of PRAGMAS) connection.pragma(pragma);
    return connection;
  } catch (error) {
    lock?.release();
    throw error;
  }
}
