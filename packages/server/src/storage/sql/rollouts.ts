import type { LeaseToken, NewDecision, RolloutRow, SaveDecisionOutcome, Storage } from '../storage.ts';
import type { BatchLog } from './batch-log.ts';
import type { ChangeListeners } from './change-listeners.ts';
import { changeQueries, documentRevision, lockRevision } from './changes.ts';
import { holdsLease } from './leases.ts';
import { noticeQueries } from './outbox.ts';
import {
  DECISION_COLUMNS,
  ROLLOUT_COLUMNS,
  type StoredDecision,
  type StoredRollout,
  toDecisionRow,
  toJson,
  toRolloutRow,
} from './rows.ts';
import { ask, type Params, query, type SqlDatabase, type UnitOfWork } from './sql-database.ts';

const OWNERS_INDEX = 'active_rollout_of_rule';
// The partial unique index over active rollouts is what refuses a second owner of a rule.
const INSERT_ROLLOUT = `
  INSERT INTO rollouts
    (id, environment, flag_key, rule, plan, state, anchor, epoch, version, last_sequence, active,
     served_revision, created_at_ms, created_by, updated_at_ms)
  VALUES
    ($id, $environment, $flagKey, $rule, $plan, $state, $anchor, $epoch, $version, 0, $active,
     $servedRevision, $createdAtMs, $createdBy, $updatedAtMs)
  ON CONFLICT (environment, flag_key, rule) WHERE active DO NOTHING
  RETURNING id`;
const SELECT_ROLLOUT = `SELECT ${ROLLOUT_COLUMNS} FROM rollouts WHERE environment = $environment AND id = $id`;
// What is not asked for is not said, or no index of it would be used: most rollouts have ended, and nobody asks for them.
const selectRollouts = ({ active, flagKey }: { readonly active?: boolean; readonly flagKey?: string }) => `
  SELECT ${ROLLOUT_COLUMNS} FROM rollouts
  WHERE environment = $environment AND id > $after
    ${active === undefined ? '' : `AND ${active ? '' : 'NOT '}active`}
    ${flagKey === undefined ? '' : 'AND flag_key = $flagKey'}
  ORDER BY id
  LIMIT $limit`;
// What is not active and was never decided upon is a draft.
const SELECT_NEWEST_ROLLOUT = `
  SELECT ${ROLLOUT_COLUMNS} FROM rollouts
  WHERE environment = $environment AND flag_key = $flagKey AND (active OR last_sequence > 0)
  ORDER BY active DESC, created_at_ms DESC, id
  LIMIT 1`;
const SELECT_ROLLOUT_VERSION = `
  SELECT version, last_sequence AS "lastSequence", flag_key AS "flagKey", rule, active FROM rollouts
  WHERE environment = $environment AND id = $rolloutId`;
const SELECT_OTHER_OWNER = `
  SELECT id FROM rollouts
  WHERE environment = $environment AND flag_key = $flagKey AND rule = $rule AND active AND id <> $rolloutId`;
const UPDATE_ROLLOUT = `
  UPDATE rollouts
  SET state = $state, active = $active, epoch = $epoch, plan = $plan, version = $version, last_sequence = $sequence,
      served_revision = COALESCE($revision, served_revision), updated_at_ms = $atMs
  WHERE environment = $environment AND id = $rolloutId`;
const INSERT_DECISION = `
  INSERT INTO decisions (rollout_id, sequence, decision, input, revision, is_wait, at_ms)
  VALUES ($rolloutId, $sequence, $decision, $input, $revision, $isWait, $atMs)`;
const DELETE_OLD_WAITS = `
  DELETE FROM decisions
  WHERE rollout_id = $rolloutId AND is_wait AND sequence <= (
    SELECT sequence FROM decisions
    WHERE rollout_id = $rolloutId AND is_wait
    ORDER BY sequence DESC
    LIMIT 1 OFFSET $waitsKept)`;
const SELECT_DECISIONS = `
  SELECT ${DECISION_COLUMNS} FROM decisions
  WHERE rollout_id = $rolloutId AND sequence < $beforeSequence
  ORDER BY sequence DESC
  LIMIT $limit`;

const SELECT_DECISION = `
  SELECT ${DECISION_COLUMNS} FROM decisions
  WHERE rollout_id = $rolloutId AND sequence = $sequence`;

type RolloutMethods = Pick<
  Storage,
  | 'createRollout'
  | 'findRollout'
  | 'listRollouts'
  | 'findNewestRollout'
  | 'saveDecision'
  | 'listDecisions'
  | 'findDecision'
>;

export function rolloutMethods(database: SqlDatabase, log: BatchLog, listeners: ChangeListeners): RolloutMethods {
  return {
    createRollout: async (rollout) => {
      const inserted = await database.query(INSERT_ROLLOUT, paramsOf(rollout));
      return inserted.length === 1 ? 'created' : 'rule-taken';
    },
    findRollout: async (environment, rolloutId) => {
      const [stored] = await database.query<StoredRollout>(SELECT_ROLLOUT, { environment, id: rolloutId });
      return stored && toRolloutRow(stored);
    },
    listRollouts: async (environment, filter) => {
      const { after = '', limit, flagKey = null } = filter;
      const params = { environment, after, limit, flagKey };
      const stored = await database.query<StoredRollout>(selectRollouts(filter), params);
      return stored.map(toRolloutRow);
    },
    findNewestRollout: async (environment, flagKey) => {
      const [stored] = await database.query<StoredRollout>(SELECT_NEWEST_ROLLOUT, { environment, flagKey });
      return stored && toRolloutRow(stored);
    },
    saveDecision: async (decision, lease) => {
      const outcome = await database
        .transact(() => saveDecision({ database, log, decision, lease }))
        .catch((error: unknown): SaveDecisionOutcome => {
          // Two of one rule became active at once: neither saw the other, and the index let one through.
          if (database.dialect.isTakenMeanwhile(error, OWNERS_INDEX)) return { kind: 'rule-taken' };
          throw error;
        });
      if (outcome.kind === 'saved' && outcome.revision !== null) listeners.wake(decision.environment);
      return outcome;
    },
    listDecisions: async (rolloutId, { beforeSequence = Number.MAX_SAFE_INTEGER, limit }) => {
      const stored = await database.query<StoredDecision>(SELECT_DECISIONS, { rolloutId, beforeSequence, limit });
      return stored.map(toDecisionRow);
    },
    findDecision: async (rolloutId, sequence) => {
      const [stored] = await database.query<StoredDecision>(SELECT_DECISION, { rolloutId, sequence });
      return stored && toDecisionRow(stored);
    },
  };
}

function paramsOf(rollout: RolloutRow): Params {
  return {
    ...rollout,
    plan: toJson(rollout.plan),
    state: toJson(rollout.state),
    anchor: toJson(rollout.anchor),
    createdBy: toJson(rollout.createdBy),
  };
}

interface LockedRollout {
  readonly version: number;
  readonly lastSequence: number;
  readonly flagKey: string;
  readonly rule: string;
  readonly active: boolean | 0 | 1;
}

interface DecisionUnit {
  readonly database: SqlDatabase;
  readonly log: BatchLog;
  readonly decision: NewDecision;
  readonly lease: LeaseToken | null;
}

/**
 * Locks are taken in one order everywhere (lease, environment, rollout, log stream), so that no two transactions wait
 * for each other.
 */
function* saveDecision({ database, log, decision, lease }: DecisionUnit): UnitOfWork<SaveDecisionOutcome> {
  const { dialect } = database;
  const { change, environment, rolloutId } = decision;
  if (lease !== null && !(yield* holdsLease(dialect, lease))) return { kind: 'lease-lost' };

  const environmentRevision = change === null ? undefined : yield* lockRevision(dialect, environment);
  const [rollout] = yield* ask<LockedRollout>(`${SELECT_ROLLOUT_VERSION} ${dialect.forUpdate}`, {
    environment,
    rolloutId,
  });
  if (rollout?.version !== decision.expectedVersion) return { kind: 'stale-rollout' };
  if (decision.active && !rollout.active) {
    const { flagKey, rule } = rollout;
    const others = yield* ask(SELECT_OTHER_OWNER, { environment, flagKey, rule, rolloutId });
    if (others.length > 0) return { kind: 'rule-taken' };
  }
  if (change !== null) {
    const currentRevision = yield* documentRevision(change);
    if (currentRevision !== change.expectedRevision) return { kind: 'stale-flag', currentRevision };
  }

  const version = rollout.version + 1;
  const sequence = rollout.lastSequence + 1;
  const revision = environmentRevision === undefined ? null : environmentRevision + 1;
  const { active, atMs, epoch, waitsKept } = decision;
  const [state, plan] = [toJson(decision.state), toJson(decision.plan)];
  yield [
    query(UPDATE_ROLLOUT, { environment, rolloutId, state, active, epoch, plan, version, sequence, revision, atMs }),
    query(INSERT_DECISION, {
      rolloutId,
      sequence,
      decision: toJson(decision.decision),
      input: toJson(decision.input),
      revision,
      isWait: waitsKept !== null,
      atMs,
    }),
    ...(waitsKept === null ? [] : [query(DELETE_OLD_WAITS, { rolloutId, waitsKept })]),
    ...(change === null || revision === null ? [] : changeQueries(dialect, change, revision)),
    ...noticeQueries({ environment, rolloutId, attempt: decision.plan.attempt ?? 1, sequence, atMs }, decision.notices),
  ];
  if (decision.successor !== undefined) {
    // The rule is free: this rollout was its one owner, and its row is ours until the end of the transaction.
    const inserted = yield* ask(INSERT_ROLLOUT, paramsOf(decision.successor));
    if (inserted.length === 0) throw new Error(`the rollout ${rolloutId} did not leave its rule to a successor`);
  }
  if (decision.records.length > 0) yield* log.append(decision.records);
  return { kind: 'saved', version, sequence, revision };
}
