import type { KeyRow, Storage } from '../storage.ts';
import { KEY_COLUMNS } from './rows.ts';
import type { SqlDatabase } from './sql-database.ts';

const INSERT_KEY = `
  INSERT INTO access_keys (id, kind, name, hash, hint, environment, role, created_at_ms, revoked_at_ms)
  VALUES ($id, $kind, $name, $hash, $hint, $environment, $role, $createdAtMs, $revokedAtMs)`;
const SELECT_KEY = `SELECT ${KEY_COLUMNS} FROM access_keys WHERE id = $id`;
const SELECT_KEY_BY_HASH = `SELECT ${KEY_COLUMNS} FROM access_keys WHERE hash = $hash`;
const SELECT_KEYS = `SELECT ${KEY_COLUMNS} FROM access_keys WHERE id > $after ORDER BY id LIMIT $limit`;
const REVOKE_KEY = `
  UPDATE access_keys
  SET revoked_at_ms = COALESCE(revoked_at_ms, $revokedAtMs)
  WHERE id = $id
  RETURNING id`;

type KeyMethods = Pick<Storage, 'createKey' | 'findKey' | 'findKeyByHash' | 'listKeys' | 'revokeKey'>;

export function keyMethods(database: SqlDatabase): KeyMethods {
  return {
    createKey: async (key) => {
      await database.query(INSERT_KEY, { ...key });
    },
    findKey: async (id) => {
      const [key] = await database.query<KeyRow>(SELECT_KEY, { id });
      return key;
    },
    findKeyByHash: async (hash) => {
      const [key] = await database.query<KeyRow>(SELECT_KEY_BY_HASH, { hash });
      return key;
    },
    listKeys: ({ after = '', limit }) => database.query(SELECT_KEYS, { after, limit }),
    revokeKey: async (id, revokedAtMs) => {
      const revoked = await database.query(REVOKE_KEY, { id, revokedAtMs });
      return revoked.length === 1;
    },
  };
}
