import type { NewLogRecord } from '../storage.ts';

/**
 * What the two databases have in common, so that the logic of the port is written once.
 *
 * A statement is SQL text with `$named` parameters. A unit of work is a generator: it yields the statements to run
 * next, all at once where none needs another's answer, and receives their rows. The driver runs it inside one
 * transaction: SQLite in one synchronous go, PostgreSQL awaiting each step. A unit never sees which.
 *
 *     function* rename(key, name) {
 *       const [row] = yield* ask(LOCK_PROJECT, { key });     // one step, its answer is needed
 *       if (row === undefined) return 'missing';
 *       yield [query(UPDATE_NAME, {...}), query(LOG, {...})]; // one step, two statements
 *       return 'renamed';
 *     }
 *
 * Units check everything before they write, so that a refusal leaves nothing to undo; only an exception rolls back.
 */
export interface SqlDatabase {
  readonly dialect: Dialect;
  /** One statement, which is its own transaction and sees one snapshot. */
  query<Row>(statement: string, params?: Params): Promise<readonly Row[]>;
  /** Fulfilled once the transaction is durable. Readers outside see all of the unit or nothing. */
  transact<T>(unit: () => UnitOfWork<T>, limit?: { readonly deadlineMs: number }): Promise<T>;
}

export type Params = Readonly<Record<string, SqlValue>>;
export type SqlValue = string | number | boolean | null | Uint8Array | readonly string[] | readonly number[];

export interface Query {
  readonly statement: string;
  readonly params: Params;
}

export type UnitOfWork<T> = Generator<readonly Query[], T, readonly (readonly unknown[])[]>;

/** Where the two databases differ. Fragments are empty where a database needs none. */
export interface Dialect {
  /** Keeps other writers of the selected row waiting until this transaction ends. */
  readonly forUpdate: string;
  /** Keeps the selected row as it is until this transaction ends. */
  readonly forShare: string;
  /** The database's clock, in milliseconds since the epoch. */
  readonly nowMs: string;
  /** Statements after which this process alone changes the schema, until the transaction ends. */
  readonly beforeMigration: readonly string[];
  /** Whether a statement failed because another transaction, which the unit could not see yet, took a place in the index. */
  isTakenMeanwhile(error: unknown, index: string): boolean;
  /** Wakes the other nodes when the transaction commits; takes `$environment`. */
  readonly notifyChange: string | null;
  readonly migrations: readonly Migration[];
  /** Takes `$environment`, `$after` (a LogPosition as JSON) and `$limit`; gives rows in the order of the port. */
  readonly readRecords: string;
  /** Writes the records of one environment at the positions from `firstPosition` on. */
  insertRecords(at: StreamPosition, records: readonly NewLogRecord[]): readonly Query[];
}

export interface StreamPosition {
  readonly environment: string;
  readonly stream: string;
  readonly firstPosition: number;
}

/** A step of the schema. Steps are only ever added; version n is the n-th. */
export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

export function query(statement: string, params: Params = {}): Query {
  return { statement, params };
}

/** Runs one statement inside of a unit of work. */
export function* ask<Row>(statement: string, params: Params = {}): UnitOfWork<readonly Row[]> {
  const [rows = []] = yield [query(statement, params)];
  // SQL carries no types: each statement stands beside the type of its rows, and the contract suite runs every one.
  return rows as readonly Row[];
}
