import { type Dialect, query } from '../sql/sql-database.ts';
import { SQLITE_MIGRATIONS } from './sqlite-migrations.ts';

/** The one writer's stream of the batch log. Not the machine's name: the file may move to another. */
export const SQLITE_STREAM = 'local';

const INSERT_RECORD = `
  INSERT INTO log_records (environment, stream, position, received_at_ms, body)
  VALUES ($environment, $stream, $position, $receivedAtMs, $body)`;
// There is one stream, and its positions are the order of commits.
const READ_RECORDS = `
  SELECT stream, position, body FROM log_records
  WHERE environment = $environment AND stream = '${SQLITE_STREAM}'
    AND position > COALESCE($after ->> '$."${SQLITE_STREAM}"', 0)
  ORDER BY position
  LIMIT $limit`;

/** A transaction is exclusive from its start and there is no other process: nothing to lock, nobody to wake. */
export const SQLITE_DIALECT: Dialect = {
  forUpdate: '',
  forShare: '',
  nowMs: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  isTakenMeanwhile: () => false,
  beforeMigration: [],
  notifyChange: null,
  migrations: SQLITE_MIGRATIONS,
  readRecords: READ_RECORDS,
  insertRecords: ({ environment, stream, firstPosition }, records) =>
    records.map(({ receivedAtMs, body }, index) =>
      query(INSERT_RECORD, { environment, stream, position: firstPosition + index, receivedAtMs, body }),
    ),
};
