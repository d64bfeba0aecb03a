import { createHash } from 'node:crypto';
import type { LeaseToken, NewNotice, NoticeClaim, NoticeOrigin, NoticeRow, Storage } from '../storage.ts';
import { holdsLease } from './leases.ts';
import { NOTICE_COLUMNS, type StoredNotice, toJson, toNoticeRow } from './rows.ts';
import { ask, type Dialect, type Query, query, type SqlDatabase, type UnitOfWork } from './sql-database.ts';

/**
 * The outbox. The notices of one rollout to one target are a line, of which only the first that waits may be claimed:
 * that is their order. Lines of one lane are one place, and share what may be under way there at a time.
 */
const INSERT_NOTICE = `
  INSERT INTO outbox
    (id, environment, rollout_id, sequence, kind, target, lane, once, document, state, tries, created_at_ms,
     waits_since_ms, due_at_ms, claimed_until_ms, settled_at_ms, failure)
  VALUES
    ($id, $environment, $rolloutId, $sequence, $kind, $target, $lane, $once, $document, 'waiting', 0, $atMs,
     $atMs, $atMs, 0, NULL, NULL)
  ON CONFLICT DO NOTHING`;
const SELECT_ANY_DUE = `
  SELECT number FROM outbox
  WHERE environment = $environment AND state = 'waiting' AND due_at_ms <= $nowMs
  LIMIT 1`;
// Those under way come first, so that they are counted before what could join them.
const SELECT_CLAIMABLE = `
  SELECT ${NOTICE_COLUMNS} FROM (
    SELECT notice.*, ROW_NUMBER() OVER (
      PARTITION BY lane ORDER BY CASE WHEN claimed_until_ms > $nowMs THEN 0 ELSE 1 END, number) AS place
    FROM outbox AS notice
    WHERE due_at_ms <= $nowMs AND number IN (
      SELECT MIN(number) FROM outbox
      WHERE environment = $environment AND state = 'waiting'
      GROUP BY rollout_id, target)
  ) AS placed
  WHERE place <= $perLane AND claimed_until_ms <= $nowMs
  ORDER BY number
  LIMIT $limit`;
const CLAIM_NOTICE = `
  UPDATE outbox SET tries = tries + 1, claimed_until_ms = $claimedUntilMs
  WHERE number = $number AND tries = $tries AND state = 'waiting'
  RETURNING number`;
const SETTLE_NOTICE = `
  UPDATE outbox
  SET state = $state, due_at_ms = COALESCE($dueAtMs, due_at_ms), claimed_until_ms = 0, settled_at_ms = $settledAtMs,
      failure = COALESCE($failure, failure)
  WHERE number = $number AND tries = $tries AND state = 'waiting'
  RETURNING number`;
const SELECT_NOTICES = `
  SELECT ${NOTICE_COLUMNS} FROM outbox
  WHERE environment = $environment AND number < $before
    AND (CAST($state AS TEXT) IS NULL OR state = $state)
    AND (CAST($rolloutId AS TEXT) IS NULL OR rollout_id = $rolloutId)
  ORDER BY number DESC
  LIMIT $limit`;
const SELECT_LONGEST_WAIT = `
  SELECT MIN(waits_since_ms) AS "sinceMs" FROM outbox WHERE environment = $environment AND state = 'waiting'`;
const RESEND_NOTICE = `
  UPDATE outbox SET state = 'waiting', waits_since_ms = $atMs, due_at_ms = $atMs, settled_at_ms = NULL
  WHERE environment = $environment AND number = $number AND state = 'given-up'
  RETURNING number`;
const GIVE_UP_OLDEST = `
  UPDATE outbox SET state = 'given-up', settled_at_ms = $nowMs, failure = 'Too many others waited behind it.'
  WHERE environment = $environment AND state = 'waiting' AND number <= (
    SELECT number FROM outbox
    WHERE environment = $environment AND state = 'waiting'
    ORDER BY number DESC
    LIMIT 1 OFFSET $waitingMax)`;
const DELETE_OLD = `
  DELETE FROM outbox
  WHERE environment = $environment
    AND ((state = 'sent' AND settled_at_ms < $sentBeforeMs)
      OR (state = 'given-up' AND settled_at_ms < $givenUpBeforeMs))`;
const DELETE_BEYOND = `
  DELETE FROM outbox
  WHERE environment = $environment AND state <> 'waiting' AND number <= (
    SELECT number FROM outbox
    WHERE environment = $environment AND state <> 'waiting'
    ORDER BY number DESC
    LIMIT 1 OFFSET $settledMax)`;

type OutboxMethods = Pick<
  Storage,
  'addNotices' | 'claimNotices' | 'settleNotice' | 'listNotices' | 'findLongestWait' | 'resendNotice' | 'trimNotices'
>;

export function outboxMethods(database: SqlDatabase): OutboxMethods {
  return {
    addNotices: (of, notices) => database.transact(() => addNotices(of, notices)),
    claimNotices: async (claim, lease) => {
      // Mostly nothing is due, and finding that out writes nothing.
      const { environment, nowMs } = claim;
      const due = await database.query(SELECT_ANY_DUE, { environment, nowMs });
      return due.length === 0 ? [] : database.transact(() => claimNotices(database.dialect, claim, lease));
    },
    settleNotice: async ({ number, tries }, as) => {
      const settled = await database.query(SETTLE_NOTICE, {
        number,
        tries,
        state: as.state,
        dueAtMs: as.state === 'waiting' ? as.dueAtMs : null,
        settledAtMs: as.state === 'waiting' ? null : as.atMs,
        failure: as.state === 'sent' ? null : as.failure,
      });
      return settled.length === 1;
    },
    listNotices: async (environment, { before = Number.MAX_SAFE_INTEGER, limit, state = null, rolloutId = null }) => {
      const params = { environment, before, limit, state, rolloutId };
      const stored = await database.query<StoredNotice>(SELECT_NOTICES, params);
      return stored.map(toNoticeRow);
    },
    findLongestWait: async (environment) => {
      const [found] = await database.query<{ sinceMs: number | null }>(SELECT_LONGEST_WAIT, { environment });
      return found?.sinceMs ?? null;
    },
    resendNotice: async (environment, number, atMs) => {
      const resent = await database.query(RESEND_NOTICE, { environment, number, atMs });
      return resent.length === 1;
    },
    trimNotices: async (environment, { nowMs, waitingMax, settledMax, sentForMs, givenUpForMs }) => {
      const [sentBeforeMs, givenUpBeforeMs] = [nowMs - sentForMs, nowMs - givenUpForMs];
      await database.query(GIVE_UP_OLDEST, { environment, nowMs, waitingMax });
      await database.query(DELETE_OLD, { environment, sentBeforeMs, givenUpBeforeMs });
      await database.query(DELETE_BEYOND, { environment, settledMax });
    },
  };
}

/** For the transaction of the decision that they are about. */
export function noticeQueries(of: NoticeOrigin, notices: readonly NewNotice[]): Query[] {
  const { environment, rolloutId, attempt, sequence, atMs } = of;
  return notices.map(({ kind, target, lane, once: words, document }) => {
    const id = `${rolloutId}/${attempt}/${sequence}/${kind}/${target}`;
    // PostgreSQL's index takes 2 704 bytes; the names of all that may hold a stage are more.
    const once = words === undefined ? null : createHash('sha256').update(words).digest('base64');
    const place = { id, environment, rolloutId, sequence, kind, target, lane, once };
    return query(INSERT_NOTICE, { ...place, document: toJson(document), atMs });
  });
}

function* addNotices(of: NoticeOrigin, notices: readonly NewNotice[]): UnitOfWork<void> {
  yield noticeQueries(of, notices);
}

function* claimNotices(dialect: Dialect, claim: NoticeClaim, lease: LeaseToken): UnitOfWork<readonly NoticeRow[]> {
  const { claimMs, ...asked } = claim;
  if (!(yield* holdsLease(dialect, lease))) return [];
  const stored = yield* ask<StoredNotice>(SELECT_CLAIMABLE, asked);
  const claimedUntilMs = claim.nowMs + claimMs;
  const claimed = yield stored.map(({ number, tries }) => query(CLAIM_NOTICE, { number, tries, claimedUntilMs }));
  return stored
    .filter((_, index) => claimed[index]?.length === 1)
    .map((row) => ({ ...toNoticeRow(row), tries: row.tries + 1 }));
}
