import type Database from 'better-sqlite3';
import type { Dialect, Params, Query, SqlDatabase, UnitOfWork } from '../sql/sql-database.ts';
import { StorageUnavailableError } from '../storage-unavailable-error.ts';

/**
 * Runs statements and units of work on one SQLite connection, synchronously: nothing else of this process comes
 * between two statements of a unit, and there is no other process.
 */
export function sqliteDatabase(connection: Database.Database, dialect: Dialect): SqlDatabase {
  const prepared = new Map<string, Database.Statement>();

  const run = ({ statement, params }: Query): unknown[] => {
    let compiled = prepared.get(statement);
    if (compiled === undefined) {
      compiled = connection.prepare(statement);
      prepared.set(statement, compiled);
    }
    const values = toSqliteValues(params);
    if (compiled.reader) return compiled.all(values);
    compiled.run(values);
    return [];
  };

  const runUnit = <T>(unit: UnitOfWork<T>): T => {
    let step = unit.next();
    while (!step.done) step = unit.next(step.value.map(run));
    return step.value;
  };

  return {
    dialect,
    async query<Row>(statement: string, params: Params = {}): Promise<readonly Row[]> {
      try {
        // As in `ask`: the statement stands beside the type of its rows, and the contract suite runs every one.
        return run({ statement, params }) as Row[];
      } catch (error) {
        throw asStorageError(error, connection);
      }
    },
    async transact<T>(unit: () => UnitOfWork<T>): Promise<T> {
      try {
        connection.exec('BEGIN IMMEDIATE');
        const result = runUnit(unit());
        connection.exec('COMMIT');
        return result;
      } catch (error) {
        // Some errors, a full disk among them, have rolled back already.
        if (connection.inTransaction) connection.exec('ROLLBACK');
        throw asStorageError(error, connection);
      }
    },
  };
}

function toSqliteValues(params: Params): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) values[name] = typeof value === 'boolean' ? Number(value) : value;
  return values;
}

/** The disk or another process stands in the way; https://sqlite.org/rescode.html. */
const UNAVAILABLE = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|CANTOPEN|READONLY|NOMEM)/;

function asStorageError(error: unknown, connection: Database.Database): unknown {
  if (!connection.open) return new StorageUnavailableError('the storage is closed', { cause: error });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return UNAVAILABLE.test(code) ? new StorageUnavailableError(`SQLite: ${code}`, { cause: error }) : error;
}
