import {
  CALLER_DEFAULT,
  type ClientProblem,
  type Context,
  EVENTS_PATH,
  type Evaluation,
  type ExposureTag,
  MISSING_FLAG,
  PROTOCOL_VERSION,
  pageUnitHashes,
  tellOutcome,
  unitKeyOf,
  type Waiters,
} from '@tidegate/sdk-core';
import { after, backOffMs, monotonicMs } from './platform.ts';
import type { SendRequest } from './send-request.ts';
import { SDK } from './version.ts';

/**
 * What a page reports, one batch at a time, each repeated under its number until the server has it:
 *
 *     idle ─ flush interval, or a full batch ─▶ sending ─ acknowledged ─▶ idle, or the next one
 *                                     ▲            │ anything else
 *                                     └─ waiting ◀─┘ full jitter, Retry-After honoured
 *
 * Only an answer that says "never" loses a batch: then its rows count as dropped, its number stays a gap, and what tells
 * of it waits as after any failure.
 */
export interface EventReporter {
  /** A context was served a variation, or nothing of the flag. Other errors say nothing of use. */
  served(flagKey: string, evaluation: Evaluation, context: Context): void;
  /** Each exposure once; none that `isReported` already, by somebody else. */
  exposed(tag: ExposureTag, context: Context, isReported?: boolean): void;
  /** What the units at these paths did; a unit that stands at two paths did it once. */
  happened(event: string, value: number, context: Context, paths: Iterable<string>): void;
  /** Sends what there is without waiting for the interval. A running attempt, or a wait after a failure, goes on. */
  sendNow(): void;
  /** Fulfilled with true once everything recorded before the call was told, with false after `timeoutMs`. */
  flush(timeoutMs: number): Promise<boolean>;
  /** A last flush, which does not wait out a failure first. Afterwards nothing is sent any more. */
  close(timeoutMs: number): Promise<boolean>;
}

export interface EventReporterOptions {
  readonly flushIntervalMs?: number | undefined;
  readonly queueBytesMax?: number | undefined;
  readonly send: SendRequest;
  readonly instance: string;
  readonly waiters: Waiters;
  readonly onProblem: (code: ClientProblem['code'], message: string) => void;
}

/** How long an exposure waits for company: the delay of evidence against the number of requests. */
const FLUSH_INTERVAL_MS = 2_000;
/** What may wait while the server is away: some 40 000 rows. */
const QUEUE_BYTES_MAX = 10_000_000;
/** Of one batch: with names of 40 letters, what a page may leave behind (see `KEEPALIVE_BYTES_MAX`). */
const ROWS_MAX = 250;
/** Of one row as JSON, with such names: an estimate. */
const ROW_BYTES = 250;
/** Of one batch, and the length of each: what no flag has as its key, callers may have made up. */
const COUNTS_MAX = 1_000;
const COUNT_CHARS_MAX = 1_000;
/** Exposures that are remembered; to forget them costs repeated ones, which the server counts once. */
const SEEN_MAX = 10_000;
/** What the server answers to a batch that will be refused however often it comes; other answers come from in between. */
const NEVER_STATUSES: readonly number[] = [400, 413];

type Kind = 'exposures' | 'outcomes';

interface Row {
  readonly of: Kind;
}

interface Batch {
  readonly rows: readonly Row[];
  readonly counts: readonly (readonly [name: string, count: number])[];
}

export function createEventReporter(options: EventReporterOptions): EventReporter {
  const { instance, waiters, onProblem } = options;
  const { flushIntervalMs = FLUSH_INTERVAL_MS, queueBytesMax = QUEUE_BYTES_MAX } = options;
  const rows: Row[] = [];
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  let batch: Batch | undefined;
  let state: 'idle' | 'sending' | 'waiting' = 'idle';
  /** Nothing is recorded any more. */
  let isClosed = false;
  /** Nothing is sent any more. */
  let hasEnded = false;
  /** Of the last batch: the next one is made when this one is settled. */
  let seq = 0;
  let toldSeq = 0;
  let awaitedSeq = 0;
  let failureCount = 0;
  let cancel: (() => void) | undefined;

  const wake = (): void => {
    if (rows.length >= ROWS_MAX) sendNow();
    else if (state === 'idle') cancel ??= after(flushIntervalMs, send);
  };
  const count = (name: string, times = 1): void => {
    counts.set(name, (counts.get(name) ?? 0) + times);
    wake();
  };
  /** False when there was no room. */
  const add = (of: Kind, about: object, unitKey: string): boolean => {
    const hasRoom = rows.length * ROW_BYTES < queueBytesMax;
    const row = { of, ...about, ...pageUnitHashes(unitKey), atMs: monotonicMs() };
    if (hasRoom) rows.push(row);
    else count(of);
    wake();
    return hasRoom;
  };
  /** How many batches what waits takes. */
  const batchCount = (): number => Math.ceil(rows.length / ROWS_MAX) || Math.sign(counts.size);
  const send = async (): Promise<void> => {
    cancel?.();
    cancel = undefined;
    if (!batch && batchCount()) {
      seq += 1;
      batch = { rows: rows.splice(0, ROWS_MAX), counts: [...counts] };
      counts.clear();
    }
    if (!batch) return;
    state = 'sending';
    const body = { protocol: PROTOCOL_VERSION, instance, sdk: SDK, seq, atMs: monotonicMs(), ...batch };
    const outcome = await options.send(EVENTS_PATH, body);
    const isLost = NEVER_STATUSES.includes(outcome.status);
    failureCount += 1;
    if (isLost) {
      for (const { of } of batch.rows) count(of);
      for (const [name, times] of batch.counts) count(name, times);
      batch = undefined;
      // What was reported may be reported again.
      seen.clear();
    } else if (outcome.status === 202) {
      toldSeq = seq;
      batch = undefined;
      failureCount = 0;
    }
    if (isLost || failureCount === 1) onProblem(isLost ? 'events-refused' : 'events-unreachable', tellOutcome(outcome));
    if (hasEnded) return;
    if (failureCount) {
      state = 'waiting';
      cancel = after(backOffMs(failureCount, outcome), send);
      return;
    }
    state = 'idle';
    waiters.look();
    if (toldSeq < awaitedSeq) sendNow();
    if (batchCount()) wake();
  };
  const sendNow = (): void => {
    if (state === 'idle') void send();
  };
  const exposed: EventReporter['exposed'] = (tag, context, isReported) => {
    const unitKey = unitKeyOf(context, tag.unit);
    const name = JSON.stringify([tag, unitKey]);
    if (!unitKey || seen.has(name)) return;
    if (seen.size >= SEEN_MAX) seen.clear();
    // What found no room is not remembered: the next evaluation tries again.
    if (isReported || add('exposures', tag, unitKey)) seen.add(name);
  };
  const flush = (timeoutMs: number): Promise<boolean> => {
    const wantedSeq = seq + batchCount();
    awaitedSeq = wantedSeq;
    sendNow();
    return waiters.wait(timeoutMs, (isLate) => toldSeq >= wantedSeq || (isLate ? false : undefined));
  };
  return {
    sendNow,
    flush,
    exposed,
    served(flagKey, { variation, errorCode, exposure }, context) {
      if (isClosed || (errorCode && errorCode !== 'FLAG_NOT_FOUND')) return;
      const name = JSON.stringify([flagKey, variation ?? (errorCode ? MISSING_FLAG : CALLER_DEFAULT)]);
      if ((counts.has(name) || counts.size < COUNTS_MAX) && name.length < COUNT_CHARS_MAX) count(name);
      if (exposure) exposed(exposure, context);
    },
    happened(event, value, context, paths) {
      if (isClosed) return;
      for (const unitKey of new Set([...paths].map((path) => unitKeyOf(context, path)))) {
        if (unitKey) add('outcomes', { event, value }, unitKey);
      }
    },
    async close(timeoutMs) {
      isClosed = true;
      if (state === 'waiting') void send();
      const told = await flush(timeoutMs);
      cancel?.();
      hasEnded = true;
      return told;
    },
  };
}
