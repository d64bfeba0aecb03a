import type {
  CreateScheduleOutcome,
  LeaseToken,
  NewScheduleRow,
  Settlement,
  SettleOutcome,
  Storage,
} from '../storage.ts';
import type { ChangeListeners } from './change-listeners.ts';
import { changeQueries, isOvertaken, lockRevision } from './changes.ts';
import { holdsLease } from './leases.ts';
import { SCHEDULE_COLUMNS, type StoredSchedule, toJson, toScheduleRow } from './rows.ts';
import { ask, type Dialect, query, type SqlDatabase, type UnitOfWork } from './sql-database.ts';

const INSERT_SCHEDULE = `
  INSERT INTO schedules
    (id, environment, flag_key, at_ms, patch, reason, created_at_ms, created_by, made_at_revision,
     pending, state, revision)
  VALUES
    ($id, $environment, $flagKey, $atMs, $patch, $reason, $createdAtMs, $createdBy, $madeAtRevision,
     TRUE, $state, NULL)`;
const COUNT_PENDING = `
  SELECT CAST(COUNT(*) AS INTEGER) AS "pendingCount" FROM schedules
  WHERE environment = $environment AND flag_key = $flagKey AND pending`;
const SELECT_SCHEDULE = `SELECT ${SCHEDULE_COLUMNS} FROM schedules WHERE environment = $environment AND id = $id`;
const SELECT_SCHEDULES = `
  SELECT ${SCHEDULE_COLUMNS} FROM schedules
  WHERE environment = $environment AND id > $after
    AND (CAST($pending AS BOOLEAN) IS NULL OR pending = $pending)
    AND (CAST($flagKey AS TEXT) IS NULL OR flag_key = $flagKey)
  ORDER BY id
  LIMIT $limit`;
const SELECT_DUE_SCHEDULES = `
  SELECT ${SCHEDULE_COLUMNS} FROM schedules
  WHERE environment = $environment AND pending AND at_ms <= $nowMs
  ORDER BY at_ms, created_at_ms, id
  LIMIT $limit`;
const SETTLE_SCHEDULE = `
  UPDATE schedules SET pending = FALSE, state = $state, revision = $revision
  WHERE environment = $environment AND id = $id`;

type ScheduleMethods = Pick<
  Storage,
  'createSchedule' | 'findSchedule' | 'listSchedules' | 'listDueSchedules' | 'settleSchedule'
>;

export function scheduleMethods(database: SqlDatabase, listeners: ChangeListeners): ScheduleMethods {
  const { dialect } = database;
  return {
    createSchedule: (schedule, pendingMax) => database.transact(() => createSchedule(dialect, schedule, pendingMax)),
    findSchedule: async (environment, id) => {
      const [stored] = await database.query<StoredSchedule>(SELECT_SCHEDULE, { environment, id });
      return stored && toScheduleRow(stored);
    },
    listSchedules: async (environment, { after = '', limit, pending = null, flagKey = null }) => {
      const params = { environment, after, limit, pending, flagKey };
      const stored = await database.query<StoredSchedule>(SELECT_SCHEDULES, params);
      return stored.map(toScheduleRow);
    },
    listDueSchedules: async (environment, nowMs, limit) => {
      const stored = await database.query<StoredSchedule>(SELECT_DUE_SCHEDULES, { environment, nowMs, limit });
      return stored.map(toScheduleRow);
    },
    settleSchedule: async (settlement, lease) => {
      const outcome = await database.transact(() => settleSchedule(dialect, settlement, lease));
      if (outcome.kind === 'settled' && outcome.schedule.revision !== null) listeners.wake(settlement.environment);
      return outcome;
    },
  };
}

function* createSchedule(
  dialect: Dialect,
  made: NewScheduleRow,
  pendingMax: number,
): UnitOfWork<CreateScheduleOutcome> {
  const { environment, flagKey } = made;
  // Holding the counter keeps a second one from being counted before this one is there.
  const madeAtRevision = yield* lockRevision(dialect, environment);
  if (madeAtRevision === undefined) return { kind: 'no-environment' };
  const [row] = yield* ask<{ pendingCount: number }>(COUNT_PENDING, { environment, flagKey });
  if (row === undefined || row.pendingCount >= pendingMax) return { kind: 'too-many' };
  const schedule = { ...made, madeAtRevision, state: { kind: 'pending' }, revision: null } as const;
  const { revision, ...columns } = schedule;
  const json = {
    patch: toJson(schedule.patch),
    createdBy: toJson(schedule.createdBy),
    state: toJson(schedule.state),
  };
  yield [query(INSERT_SCHEDULE, { ...columns, ...json })];
  return { kind: 'created', schedule };
}

/** Locks in the order of all units: lease, environment, schedule. */
function* settleSchedule(
  dialect: Dialect,
  { environment, scheduleId: id, state, checked }: Settlement,
  lease: LeaseToken | null,
): UnitOfWork<SettleOutcome> {
  if (lease !== null && !(yield* holdsLease(dialect, lease))) return { kind: 'lease-lost' };
  const current = checked === null ? undefined : yield* lockRevision(dialect, environment);
  const [stored] = yield* ask<StoredSchedule>(`${SELECT_SCHEDULE} ${dialect.forUpdate}`, { environment, id });
  const schedule = stored && toScheduleRow(stored);
  if (schedule?.state.kind !== 'pending') return { kind: 'not-pending' };
  if (current !== undefined && isOvertaken(current, checked?.atRevision)) {
    return { kind: 'overtaken', currentRevision: current };
  }
  const revision = current === undefined ? null : current + 1;
  yield [
    query(SETTLE_SCHEDULE, { environment, id, state: toJson(state), revision }),
    ...(checked === null || revision === null ? [] : changeQueries(dialect, checked.change, revision)),
  ];
  return { kind: 'settled', schedule: { ...schedule, state, revision } };
}
