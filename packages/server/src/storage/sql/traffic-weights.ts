import type { LeaseToken, Storage, TrafficWeightRow } from '../storage.ts';
import { holdsLease } from './leases.ts';
import { fromJson, toJson } from './rows.ts';
import { type Dialect, query, type SqlDatabase, type UnitOfWork } from './sql-database.ts';

const UPSERT_WEIGHT = `
  INSERT INTO traffic_weights (environment, adapter_key, weight, reported_ppm)
  VALUES ($environment, $adapterKey, $weight, NULL)
  ON CONFLICT (environment, adapter_key) DO UPDATE SET weight = excluded.weight`;
const SELECT_WEIGHTS = `
  SELECT environment, adapter_key AS "adapterKey", weight, reported_ppm AS "reportedPpm" FROM traffic_weights
  WHERE environment = $environment
  ORDER BY adapter_key`;
const UPDATE_REPORTED = `
  UPDATE traffic_weights SET reported_ppm = $reportedPpm
  WHERE environment = $environment AND adapter_key = $adapterKey
  RETURNING adapter_key`;

type StoredWeight = Omit<TrafficWeightRow, 'weight'> & { readonly weight: string };
type WeightMethods = Pick<Storage, 'saveTrafficWeight' | 'listTrafficWeights' | 'reportTrafficWeight'>;

export function trafficWeightMethods(database: SqlDatabase): WeightMethods {
  return {
    saveTrafficWeight: (row, lease) => database.transact(() => saveWeight(database.dialect, row, lease)),
    listTrafficWeights: async (environment) => {
      const stored = await database.query<StoredWeight>(SELECT_WEIGHTS, { environment });
      return stored.map((row) => ({ ...row, weight: fromJson(row.weight) }));
    },
    reportTrafficWeight: async (environment, adapterKey, reportedPpm) => {
      const updated = await database.query(UPDATE_REPORTED, { environment, adapterKey, reportedPpm });
      return updated.length === 1;
    },
  };
}

function* saveWeight(
  dialect: Dialect,
  { environment, adapterKey, weight }: Pick<TrafficWeightRow, 'environment' | 'adapterKey' | 'weight'>,
  lease: LeaseToken,
): UnitOfWork<'saved' | 'lease-lost'> {
  if (!(yield* holdsLease(dialect, lease))) return 'lease-lost';
  yield [query(UPSERT_WEIGHT, { environment, adapterKey, weight: toJson(weight) })];
  return 'saved';
}
