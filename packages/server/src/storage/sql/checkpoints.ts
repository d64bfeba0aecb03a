import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LeaseToken, NewCheckpoint, Storage } from '../storage.ts';
import { holdsLease } from './leases.ts';
import { type StoredCheckpoint, toCheckpoint, toJson } from './rows.ts';
import { ask, type Query, query, type SqlDatabase, type UnitOfWork } from './sql-database.ts';
import { NO_USAGE_CHANGES, usageQueries } from './usage.ts';

/**
 * A checkpoint is written part by part, each in a transaction of its own, and is the checkpoint once its row says so:
 *
 *     parts of 6 │ row says 6 │ parts of 7, one by one │ row says 7 │ parts of 6 are forgotten
 *
 * Who dies in between leaves parts that nobody reads. They are forgotten before others are written, under the lease:
 * nobody else writes any.
 */
const INSERT_PART = `
  INSERT INTO checkpoint_parts (environment, serial, number, bytes)
  VALUES ($environment, $serial, $number, $bytes)`;
const DELETE_OTHER_PARTS = `
  DELETE FROM checkpoint_parts
  WHERE environment = $environment AND (serial, number) IN (
    SELECT serial, number FROM checkpoint_parts
    WHERE environment = $environment
      AND serial <> COALESCE((SELECT serial FROM checkpoints WHERE environment = $environment), 0)
    ORDER BY serial, number
    LIMIT $limit)
  RETURNING number`;
const SELECT_SERIAL = 'SELECT serial FROM checkpoints WHERE environment = $environment';
const UPSERT_CHECKPOINT = `
  INSERT INTO checkpoints (environment, serial, position, at_ms)
  VALUES ($environment, $serial, $position, $atMs)
  ON CONFLICT (environment) DO UPDATE
  SET serial = excluded.serial, position = excluded.position, at_ms = excluded.at_ms`;
const SELECT_CHECKPOINT = `
  SELECT c.environment, c.position, c.at_ms AS "atMs", p.bytes
  FROM checkpoints c
  JOIN checkpoint_parts p ON p.environment = c.environment AND p.serial = c.serial
  WHERE c.environment = $environment
  ORDER BY p.number`;

/** Parts forgotten in one transaction: a few milliseconds of SQLite, during which the server does nothing else. */
const DELETE_PARTS_MAX = 8;

type CheckpointMethods = Pick<Storage, 'saveCheckpoint' | 'findCheckpoint'>;

export function checkpointMethods(database: SqlDatabase): CheckpointMethods {
  return {
    saveCheckpoint: async (checkpoint, lease, usage = NO_USAGE_CHANGES) => {
      const { environment, parts } = checkpoint;
      if (!(await forgetOtherParts(database, environment, lease))) return 'lease-lost';
      const [last] = await database.query<{ serial: number }>(SELECT_SERIAL, { environment });
      const serial = (last?.serial ?? 0) + 1;
      let number = 0;
      for (const bytes of parts) {
        const part = { environment, serial, number: number++, bytes };
        const insert = [query(INSERT_PART, part)];
        if (!(await database.transact(() => underLease(database, lease, insert)))) return 'lease-lost';
        await nextTurn();
      }
      const queries = [headQuery(checkpoint, serial), ...usageQueries(environment, usage)];
      if (!(await database.transact(() => underLease(database, lease, queries)))) return 'lease-lost';
      await forgetOtherParts(database, environment, lease);
      return 'saved';
    },
    findCheckpoint: async (environment) => {
      // One statement, one snapshot: all parts are of the checkpoint that the row names.
      const parts = await database.query<StoredCheckpoint>(SELECT_CHECKPOINT, { environment });
      return toCheckpoint(parts);
    },
  };
}

function headQuery({ environment, position, atMs }: NewCheckpoint, serial: number): Query {
  return query(UPSERT_CHECKPOINT, { environment, serial, position: toJson(position), atMs });
}

async function forgetOtherParts(database: SqlDatabase, environment: string, lease: LeaseToken): Promise<boolean> {
  for (;;) {
    const forgotten = await database.transact(() => forgetSomeParts(database, environment, lease));
    if (forgotten === undefined || forgotten < DELETE_PARTS_MAX) return forgotten !== undefined;
    await nextTurn();
  }
}

function* forgetSomeParts(
  { dialect }: SqlDatabase,
  environment: string,
  lease: LeaseToken,
): UnitOfWork<number | undefined> {
  if (!(yield* holdsLease(dialect, lease))) return undefined;
  const forgotten = yield* ask(DELETE_OTHER_PARTS, { environment, limit: DELETE_PARTS_MAX });
  return forgotten.length;
}

function* underLease({ dialect }: SqlDatabase, lease: LeaseToken, queries: readonly Query[]): UnitOfWork<boolean> {
  if (!(yield* holdsLease(dialect, lease))) return false;
  yield queries;
  return true;
}
