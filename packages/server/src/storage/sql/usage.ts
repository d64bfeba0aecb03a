import type { Storage, UsageChanges, UsageRow } from '../storage.ts';
import { fromJson, toJson } from './rows.ts';
import { type Query, query, type SqlDatabase } from './sql-database.ts';

const UPSERT_USAGE = `
  INSERT INTO flag_usage (environment, flag_key, usage)
  VALUES ($environment, $flagKey, $usage)
  ON CONFLICT (environment, flag_key) DO UPDATE SET usage = excluded.usage`;
const DELETE_USAGE = 'DELETE FROM flag_usage WHERE environment = $environment AND flag_key = $flagKey';
const SELECT_USAGE = `
  SELECT flag_key AS "flagKey", usage FROM flag_usage
  WHERE environment = $environment AND flag_key = $flagKey`;
const SELECT_ALL_USAGE = `
  SELECT flag_key AS "flagKey", usage FROM flag_usage
  WHERE environment = $environment AND flag_key > $after
  ORDER BY flag_key
  LIMIT $limit`;
const SELECT_UNKNOWN_USAGE = `
  SELECT flag_key AS "flagKey", usage FROM flag_usage
  WHERE environment = $environment AND flag_key > $after
    AND NOT EXISTS (
      SELECT 1 FROM documents d
      WHERE d.environment = flag_usage.environment AND d.kind = 'flag' AND d.key = flag_usage.flag_key)
  ORDER BY flag_key
  LIMIT $limit`;

type UsageMethods = Pick<Storage, 'findUsage' | 'listUsage'>;
type StoredUsage = Omit<UsageRow, 'usage'> & { readonly usage: string };

export const NO_USAGE_CHANGES: UsageChanges = { saved: [], forgotten: [] };

export function usageMethods(database: SqlDatabase): UsageMethods {
  return {
    findUsage: async (environment, flagKey) => {
      const [stored] = await database.query<StoredUsage>(SELECT_USAGE, { environment, flagKey });
      return stored && toUsageRow(stored);
    },
    listUsage: async (environment, { of, after = '', limit }) => {
      const statement = of === 'all' ? SELECT_ALL_USAGE : SELECT_UNKNOWN_USAGE;
      const stored = await database.query<StoredUsage>(statement, { environment, after, limit });
      return stored.map(toUsageRow);
    },
  };
}

/** What a checkpoint writes of it: whole rows, so that writing them twice is writing them once. */
export function usageQueries(environment: string, { saved, forgotten }: UsageChanges): Query[] {
  return [
    ...saved.map(({ flagKey, usage }) => query(UPSERT_USAGE, { environment, flagKey, usage: toJson(usage) })),
    ...forgotten.map((flagKey) => query(DELETE_USAGE, { environment, flagKey })),
  ];
}

function toUsageRow({ flagKey, usage }: StoredUsage): UsageRow {
  return { flagKey, usage: fromJson(usage) };
}
