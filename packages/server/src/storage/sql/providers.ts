import type { Storage } from '../storage.ts';
import { PROVIDER_COLUMNS, type StoredProvider, toJson, toProviderRow } from './rows.ts';
import type { SqlDatabase } from './sql-database.ts';

const INSERT_PROVIDER = `
  INSERT INTO metric_providers (environment, provider_key, version, document, created_at_ms, created_by)
  VALUES ($environment, $providerKey, $version, $document, $createdAtMs, $createdBy)
  ON CONFLICT DO NOTHING
  RETURNING version`;
const SELECT_PROVIDER = `
  SELECT ${PROVIDER_COLUMNS} FROM metric_providers
  WHERE environment = $environment AND provider_key = $providerKey
  ORDER BY version DESC
  LIMIT 1`;
const SELECT_PROVIDERS = `
  SELECT ${PROVIDER_COLUMNS} FROM metric_providers AS provider
  WHERE environment = $environment AND provider_key > $after AND version = (
    SELECT MAX(version) FROM metric_providers AS other
    WHERE other.environment = provider.environment AND other.provider_key = provider.provider_key)
  ORDER BY provider_key
  LIMIT $limit`;

type ProviderMethods = Pick<Storage, 'createProvider' | 'findProvider' | 'listProviders'>;

export function providerMethods(database: SqlDatabase): ProviderMethods {
  return {
    createProvider: async ({ document, createdBy, ...provider }) => {
      const params = { ...provider, document: toJson(document), createdBy: toJson(createdBy) };
      const inserted = await database.query(INSERT_PROVIDER, params);
      return inserted.length === 1 ? 'created' : 'version-taken';
    },
    findProvider: async (environment, providerKey) => {
      const [stored] = await database.query<StoredProvider>(SELECT_PROVIDER, { environment, providerKey });
      return stored && toProviderRow(stored);
    },
    listProviders: async (environment, { after = '', limit }) => {
      const stored = await database.query<StoredProvider>(SELECT_PROVIDERS, { environment, after, limit });
      return stored.map(toProviderRow);
    },
  };
}
