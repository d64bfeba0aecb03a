import type { FreezeRow, Storage } from '../storage.ts';
import { fromJson, toJson } from './rows.ts';
import type { SqlDatabase } from './sql-database.ts';

const UPSERT_FREEZE = `
  INSERT INTO freezes (environment, until_ms, reason, by_actor, at_ms)
  SELECT environment, CAST($untilMs AS BIGINT), CAST($reason AS TEXT), CAST($by AS TEXT), CAST($atMs AS BIGINT)
  FROM environments WHERE environment = $environment
  ON CONFLICT (environment) DO UPDATE
  SET until_ms = excluded.until_ms, reason = excluded.reason, by_actor = excluded.by_actor, at_ms = excluded.at_ms
  RETURNING environment`;
const DELETE_FREEZE = 'DELETE FROM freezes WHERE environment = $environment';
const SELECT_ENVIRONMENT = 'SELECT environment FROM environments WHERE environment = $environment';
const SELECT_FREEZE = `
  SELECT until_ms AS "untilMs", reason, by_actor AS "by", at_ms AS "atMs" FROM freezes
  WHERE environment = $environment`;

type StoredFreeze = Omit<FreezeRow, 'by'> & { readonly by: string };

/** Environments in which no rollout rises. */
export function freezeMethods(database: SqlDatabase): Pick<Storage, 'saveFreeze' | 'findFreeze'> {
  return {
    saveFreeze: async (environment, freeze) => {
      if (freeze !== null) {
        const { untilMs, reason, by, atMs } = freeze;
        const saved = await database.query(UPSERT_FREEZE, { environment, untilMs, reason, by: toJson(by), atMs });
        return saved.length === 1;
      }
      await database.query(DELETE_FREEZE, { environment });
      return (await database.query(SELECT_ENVIRONMENT, { environment })).length === 1;
    },
    findFreeze: async (environment) => {
      const [stored] = await database.query<StoredFreeze>(SELECT_FREEZE, { environment });
      return stored && { ...stored, by: fromJson(stored.by) };
    },
  };
}
