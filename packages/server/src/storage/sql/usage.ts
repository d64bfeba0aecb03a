import type { Storage, UsageChanges } from '../storage.ts';
import { type StoredUsage, toJson, toUsageRow, USAGE_COLUMNS } from './rows.ts';
import { type Query, query, type SqlDatabase } from './sql-database.ts';

const SELECT_USAGE_START = `
  SELECT MIN(first_at_ms) AS "startedAtMs" FROM flag_usage
  WHERE environment = $environment`;
const UPSERT_USAGE = `
  INSERT INTO flag_usage (environment, flag_key, first_at_ms, usage)
  VALUES ($environment, $flagKey, $firstAtMs, $usage)
  ON CONFLICT (environment, flag_key) DO UPDATE SET first_at_ms = excluded.first_at_ms, usage = excluded.usage`;
const DELETE_USAGE = 'DELETE FROM flag_usage WHERE environment = $environment AND flag_key = $flagKey';
const SELECT_USAGE = `
  SELECT ${USAGE_COLUMNS} FROM flag_usage
  WHERE environment = $environment AND flag_key = $flagKey`;
const SELECT_ALL_USAGE = `
  SELECT ${USAGE_COLUMNS} FROM flag_usage
  WHERE environment = $environment AND flag_key > $after
  ORDER BY flag_key
  LIMIT $limit`;
const SELECT_UNKNOWN_USAGE = `
  SELECT ${USAGE_COLUMNS} FROM flag_usage
  WHERE environment = $environment AND flag_key > $after
    AND NOT EXISTS (
      SELECT 1 FROM documents d
      WHERE d.environment = flag_usage.environment AND d.kind = 'flag' AND d.key = flag_usage.flag_key)
  ORDER BY flag_key
  LIMIT $limit`;

type UsageMethods = Pick<Storage, 'findUsageStart' | 'findUsage' | 'listUsage'>;

export const NO_USAGE_CHANGES: UsageChanges = { saved: [], forgotten: [] };

export function usageMethods(database: SqlDatabase): UsageMethods {
  return {
    findUsageStart: async (environment) => {
      const [row] = await database.query<{ startedAtMs: number | null }>(SELECT_USAGE_START, { environment });
      return row?.startedAtMs ?? null;
    },
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
    ...saved.map((row) => query(UPSERT_USAGE, { ...row, environment, usage: toJson(row.usage) })),
    ...forgotten.map((flagKey) => query(DELETE_USAGE, { environment, flagKey })),
  ];
}
