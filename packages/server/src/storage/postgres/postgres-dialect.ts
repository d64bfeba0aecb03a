import postgres from 'postgres';
import type { Dialect } from '../sql/sql-database.ts';
import { query } from '../sql/sql-database.ts';
import { POSTGRES_MIGRATIONS } from './postgres-migrations.ts';

/** NOTIFY's channel. A notification carries the environment only, and only wakes. */
export const CHANGES_CHANNEL = 'tidegate_changes';

/** Any number that nothing else in the database takes a lock on: "tide" in ASCII. */
const SCHEMA_LOCK = 0x74696465;

/**
 * Streams are merged in the order of arrival: the sequence is read after the stream's counter is locked, so that it
 * grows within each stream, and a record that came after another was acknowledged has a higher one whichever nodes
 * took them. As an order it may have gaps and come late; that is why positions, not arrivals, say what was read.
 */
const INSERT_RECORDS = `
  INSERT INTO log_records (environment, stream, position, arrival, received_at_ms, body)
  SELECT $environment, $stream, CAST($firstPosition AS BIGINT) + r.ordinal - 1,
         (SELECT nextval('log_arrivals')), r.received_at_ms, r.body
  FROM unnest(CAST($receivedAtMs AS BIGINT[]), CAST($bodies AS TEXT[]))
    WITH ORDINALITY AS r (received_at_ms, body, ordinal)`;

// One statement sees one snapshot. Of each stream it takes no more than could be needed, however long the backlog.
const READ_RECORDS = `
  SELECT r.stream, r.position, r.body
  FROM log_streams s
  CROSS JOIN LATERAL (
    SELECT stream, position, arrival, body FROM log_records
    WHERE environment = $environment AND stream = s.stream
      AND position > COALESCE(CAST(CAST(CAST($after AS TEXT) AS JSONB) ->> s.stream AS BIGINT), 0)
    ORDER BY position
    LIMIT $limit
  ) r
  WHERE s.environment = $environment
  ORDER BY r.arrival, r.stream, r.position
  LIMIT $limit`;

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: unique_violation. */
const UNIQUE_VIOLATION = '23505';

export const POSTGRES_DIALECT: Dialect = {
  // NO KEY: rows that merely refer to the environment need not wait.
  forUpdate: 'FOR NO KEY UPDATE',
  forShare: 'FOR SHARE',
  nowMs: 'CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)',
  isTakenMeanwhile: (error, index) =>
    error instanceof postgres.PostgresError && error.code === UNIQUE_VIOLATION && error.constraint_name === index,
  beforeMigration: ['SET LOCAL statement_timeout = 0', `SELECT pg_advisory_xact_lock(${SCHEMA_LOCK})`],
  notifyChange: `SELECT pg_notify('${CHANGES_CHANNEL}', $environment)`,
  migrations: POSTGRES_MIGRATIONS,
  readRecords: READ_RECORDS,
  insertRecords: (at, records) => [
    query(INSERT_RECORDS, {
      ...at,
      receivedAtMs: records.map((record) => record.receivedAtMs),
      bodies: records.map((record) => record.body),
    }),
  ],
};
