import { setImmediate as nextTurn } from 'node:timers/promises';
import { groupCommit } from '../group-commit.ts';
import type { LogPosition, LogRecordRow, NewLogRecord, Storage } from '../storage.ts';
import { toJson } from './rows.ts';
import { ask, type Dialect, type SqlDatabase, type UnitOfWork } from './sql-database.ts';

// The counter outlives the records: a stream goes on where it was, even after all of it was forgotten.
const TAKE_POSITIONS = `
  INSERT INTO log_streams (environment, stream, last_position)
  VALUES ($environment, $stream, $recordCount)
  ON CONFLICT (environment, stream) DO UPDATE SET last_position = log_streams.last_position + excluded.last_position
  RETURNING last_position AS "lastPosition"`;
// Positions have no gaps: this is a range from the oldest record on, of `$limit` records or fewer.
const DELETE_RECORDS = `
  DELETE FROM log_records
  WHERE environment = $environment AND stream = $stream AND position <= $position
    AND position < $limit + (
      SELECT MIN(position) FROM log_records WHERE environment = $environment AND stream = $stream)
  RETURNING position`;

/** Records deleted in one transaction: SQLite's takes a few milliseconds, during which the server does nothing else. */
const DELETE_RECORDS_MAX = 500;

export interface BatchLog {
  readonly methods: Pick<Storage, 'appendRecords' | 'readRecords' | 'deleteRecords'>;
  /** Appends inside of another unit of work. */
  append(records: readonly NewLogRecord[]): UnitOfWork<void>;
  /** Fulfilled once nothing is waiting to be written. Later appends are refused. */
  close(): Promise<void>;
}

/** The batch log of a node, which writes to the stream `stream` and reads all. */
export function batchLog(database: SqlDatabase, stream: string): BatchLog {
  const { dialect } = database;
  const append = (records: readonly NewLogRecord[]) => appendRecords(dialect, stream, records);
  const appends = groupCommit<NewLogRecord>({
    bytesOf: (record) => record.body.length,
    commit: (records) => database.transact(() => append(records)),
  });
  return {
    append,
    close: () => appends.close(),
    methods: {
      appendRecords: (records) => appends.add(records),
      readRecords: (environment, after, limit) =>
        database.query<LogRecordRow>(dialect.readRecords, { environment, after: toJson(after), limit }),
      deleteRecords: (environment, upTo) => deleteRecords(database, environment, upTo),
    },
  };
}

function* appendRecords(dialect: Dialect, stream: string, records: readonly NewLogRecord[]): UnitOfWork<void> {
  // Always in the same order of environments, so that two transactions never wait for each other's counters.
  const environments = [...new Set(records.map((record) => record.environment))].sort();
  for (const environment of environments) {
    const ofEnvironment = records.filter((record) => record.environment === environment);
    const recordCount = ofEnvironment.length;
    const [counter] = yield* ask<{ lastPosition: number }>(TAKE_POSITIONS, { environment, stream, recordCount });
    if (counter === undefined) throw new Error(`no position in the stream ${stream} of ${environment}`);
    const firstPosition = counter.lastPosition - recordCount + 1;
    yield dialect.insertRecords({ environment, stream, firstPosition }, ofEnvironment);
  }
}

async function deleteRecords(database: SqlDatabase, environment: string, upTo: LogPosition): Promise<number> {
  let deletedCount = 0;
  for (const [stream, position] of Object.entries(upTo)) {
    for (;;) {
      const params = { environment, stream, position, limit: DELETE_RECORDS_MAX };
      const deleted = await database.query(DELETE_RECORDS, params);
      deletedCount += deleted.length;
      if (deleted.length < DELETE_RECORDS_MAX) break;
      await nextTurn();
    }
  }
  return deletedCount;
}
