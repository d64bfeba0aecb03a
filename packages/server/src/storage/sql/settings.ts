import type { Storage } from '../storage.ts';
import { SETTINGS_COLUMNS, type StoredSettings, toJson, toSettingsRow } from './rows.ts';
import type { SqlDatabase } from './sql-database.ts';

const INSERT_SETTINGS = `
  INSERT INTO settings (kind, scope, key, version, document, created_at_ms, created_by)
  VALUES ($kind, $scope, $key, $version, $document, $createdAtMs, $createdBy)
  ON CONFLICT DO NOTHING
  RETURNING version`;
const SELECT_ONE_SETTINGS = `
  SELECT ${SETTINGS_COLUMNS} FROM settings
  WHERE kind = $kind AND scope = $scope AND key = $key AND (CAST($version AS BIGINT) IS NULL OR version = $version)
  ORDER BY version DESC
  LIMIT 1`;
// A JSON null says that they were removed.
const SELECT_SETTINGS = `
  SELECT ${SETTINGS_COLUMNS} FROM settings AS newest
  WHERE kind = $kind AND scope = $scope AND key > $after AND document <> 'null' AND version = (
    SELECT MAX(version) FROM settings AS other
    WHERE other.kind = newest.kind AND other.scope = newest.scope AND other.key = newest.key)
  ORDER BY key
  LIMIT $limit`;

// Every key has a first version.
const COUNT_KEYS = `
  SELECT COUNT(*) AS "count" FROM settings WHERE kind = $kind AND scope = $scope AND version = 1`;

type SettingsMethods = Pick<Storage, 'createSettings' | 'findSettings' | 'listSettings' | 'countSettingsKeys'>;

export function settingsMethods(database: SqlDatabase): SettingsMethods {
  return {
    createSettings: async ({ document, createdBy, ...settings }) => {
      const params = { ...settings, document: toJson(document), createdBy: toJson(createdBy) };
      const inserted = await database.query(INSERT_SETTINGS, params);
      return inserted.length === 1 ? 'created' : 'version-taken';
    },
    findSettings: async ({ kind, scope, key }, version) => {
      const params = { kind, scope, key, version: version ?? null };
      const [stored] = await database.query<StoredSettings>(SELECT_ONE_SETTINGS, params);
      return stored && toSettingsRow(stored);
    },
    listSettings: async ({ kind, scope }, { after = '', limit }) => {
      const stored = await database.query<StoredSettings>(SELECT_SETTINGS, { kind, scope, after, limit });
      return stored.map(toSettingsRow);
    },
    countSettingsKeys: async ({ kind, scope }) => {
      const [counted] = await database.query<{ count: number }>(COUNT_KEYS, { kind, scope });
      return Number(counted?.count ?? 0);
    },
  };
}
