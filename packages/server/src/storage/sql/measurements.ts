import type { LeaseToken, MeasurementsRow, Storage } from '../storage.ts';
import { holdsLease } from './leases.ts';
import { fromJson, toJson } from './rows.ts';
import { type Dialect, query, type SqlDatabase, type UnitOfWork } from './sql-database.ts';

const UPSERT_MEASUREMENTS = `
  INSERT INTO measurements (rollout_id, epoch, run, at_ms)
  VALUES ($rolloutId, $epoch, $run, $atMs)
  ON CONFLICT (rollout_id) DO UPDATE SET epoch = excluded.epoch, run = excluded.run, at_ms = excluded.at_ms`;
const SELECT_MEASUREMENTS = `
  SELECT rollout_id AS "rolloutId", epoch, run, at_ms AS "atMs" FROM measurements
  WHERE rollout_id = $rolloutId`;

type StoredMeasurements = Omit<MeasurementsRow, 'run'> & { readonly run: string };
type MeasurementMethods = Pick<Storage, 'saveMeasurements' | 'findMeasurements'>;

/** What providers measured of each rollout: one row, replaced with each answer. */
export function measurementMethods(database: SqlDatabase): MeasurementMethods {
  return {
    saveMeasurements: (row, lease) => database.transact(() => saveMeasurements(database.dialect, row, lease)),
    findMeasurements: async (rolloutId) => {
      const [stored] = await database.query<StoredMeasurements>(SELECT_MEASUREMENTS, { rolloutId });
      return stored && { ...stored, run: fromJson(stored.run) };
    },
  };
}

function* saveMeasurements(
  dialect: Dialect,
  { rolloutId, epoch, run, atMs }: MeasurementsRow,
  lease: LeaseToken,
): UnitOfWork<'saved' | 'lease-lost'> {
  if (!(yield* holdsLease(dialect, lease))) return 'lease-lost';
  yield [query(UPSERT_MEASUREMENTS, { rolloutId, epoch, run: toJson(run), atMs })];
  return 'saved';
}
