import type { Storage } from '../storage.ts';
import { DRILL_COLUMNS, type StoredDrill, toDrillRow, toJson } from './rows.ts';
import { query, type SqlDatabase, type UnitOfWork } from './sql-database.ts';

const INSERT_DRILL = `
  INSERT INTO drills (rollout_id, at_ms, by_actor, document)
  VALUES ($rolloutId, $atMs, $by, $document)`;
const DELETE_OLD_DRILLS = `
  DELETE FROM drills
  WHERE rollout_id = $rolloutId AND number <= (
    SELECT number FROM drills WHERE rollout_id = $rolloutId ORDER BY number DESC LIMIT 1 OFFSET $keep)`;
const SELECT_DRILLS = `
  SELECT ${DRILL_COLUMNS} FROM drills
  WHERE rollout_id = $rolloutId
  ORDER BY number DESC
  LIMIT $limit`;

export function drillMethods(database: SqlDatabase): Pick<Storage, 'saveDrill' | 'listDrills'> {
  return {
    saveDrill: (drill, keep) =>
      database.transact(function* (): UnitOfWork<void> {
        const { rolloutId, atMs, by, document } = drill;
        yield [query(INSERT_DRILL, { rolloutId, atMs, by: toJson(by), document: toJson(document) })];
        yield [query(DELETE_OLD_DRILLS, { rolloutId, keep })];
      }),
    listDrills: async (rolloutId, limit) => {
      const stored = await database.query<StoredDrill>(SELECT_DRILLS, { rolloutId, limit });
      return stored.map(toDrillRow);
    },
  };
}
