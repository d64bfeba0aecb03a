import { attemptRequest, type HttpOutcome, tellOutcome } from '../connection/attempt-request.ts';
import type { Platform } from '../platform.ts';
import { createTimer } from '../timer.ts';
import { createWaiters } from '../waiters.ts';
import { EVENTS_PATH } from '../wire/protocol-values.ts';
import { encodeBatch } from './encode-batch.ts';
import type { EventQueue } from './event-queue.ts';

/**
 * Sends the queue, one batch at a time, and repeats a batch until the server has it:
 *
 *     idle ─ flush interval, or a full batch ─▶ sending ─ acknowledged ─▶ idle, or the next one
 *                                     ▲            │ anything else
 *                                     └─ waiting ◀─┘ full jitter, Retry-After honoured
 *
 * Only an answer that says "never" loses a batch: then its rows count as dropped and its number stays a gap.
 */
export interface EventSender {
  /** There is something in the queue: send it at the end of the interval, or now when it fills a batch. */
  wake(): void;
  /** Sends what there is without waiting for the interval. A running attempt, or a wait after a failure, goes on. */
  sendNow(): void;
  /** Fulfilled with true once everything recorded before the call was told, with false after `timeoutMs`. */
  flush(timeoutMs: number): Promise<boolean>;
  /** A last flush, which does not wait out a failure first. Afterwards nothing is sent any more. */
  close(timeoutMs: number): Promise<boolean>;
}

export interface EventSenderOptions {
  readonly platform: Platform;
  readonly instance: string;
  readonly flushIntervalMs: number;
  /** The first of a row of failures, or a batch that is lost. */
  readonly onProblem: (problem: EventProblem) => void;
}

export interface EventProblem {
  readonly code: 'events-unreachable' | 'events-refused';
  readonly message: string;
}

/**
 * What the protocol answers to a batch that will be refused however often it comes. Other answers, also 404 and 409,
 * come from proxies and deployments in between and say nothing of the batch.
 */
const NEVER_STATUSES: readonly number[] = [400, 413, 415, 422];

export function createEventSender(queue: EventQueue, options: EventSenderOptions): EventSender {
  const { platform, flushIntervalMs, onProblem } = options;
  const flushes = createWaiters(platform);
  let state: 'idle' | 'sending' | 'waiting' | 'closed' = 'idle';
  const timer = createTimer(platform);
  /** What somebody waits for is sent without waiting for the interval. */
  let awaitedCount = 0;

  const send = async (): Promise<void> => {
    timer.stop();
    const batch = queue.nextBatch();
    state = batch ? 'sending' : 'idle';
    if (batch === undefined) return;
    const outcome = await attemptRequest(platform, EVENTS_PATH, () => ({
      body: JSON.stringify(encodeBatch(batch, options)),
    }));
    const isLost = NEVER_STATUSES.includes(outcome.status);
    const isClosed = hasClosed();
    if (isLost || isAcknowledged(batch.seq, outcome)) {
      timer.succeed();
      queue.settle(isLost);
      if (isLost) onProblem({ code: 'events-refused', message: tellOutcome(outcome) });
      if (isClosed) return;
      state = 'idle';
      flushes.look();
      if (queue.toldCount() < awaitedCount) sendNow();
      wake();
    } else if (!isClosed) {
      state = 'waiting';
      const failureCount = timer.retry(send, outcome);
      if (failureCount === 1) onProblem({ code: 'events-unreachable', message: tellOutcome(outcome) });
    }
  };
  const hasClosed = (): boolean => state === 'closed';
  const wake = (): void => {
    if (state !== 'idle' || queue.toldCount() === queue.recordedCount()) return;
    if (queue.isFull()) void send();
    else if (!timer.isRunning()) timer.start(flushIntervalMs, send);
  };
  const sendNow = (): void => {
    if (state === 'idle') void send();
  };
  const flush = (timeoutMs: number): Promise<boolean> => {
    const wantedCount = queue.recordedCount();
    awaitedCount = wantedCount;
    const told = flushes.wait(timeoutMs, (isLate) => {
      if (queue.toldCount() >= wantedCount) return true;
      return isLate || hasClosed() ? false : undefined;
    });
    sendNow();
    return told;
  };
  return {
    wake,
    sendNow,
    flush,
    async close(timeoutMs) {
      if (state === 'waiting') void send();
      const told = await flush(timeoutMs);
      timer.stop();
      state = 'closed';
      flushes.look(true);
      return told;
    },
  };
}

function isAcknowledged(seq: number, { status, body }: HttpOutcome): boolean {
  try {
    return status === 200 && JSON.parse(body).acknowledgedSeq >= seq;
  } catch {
    // A captive portal's page, for one.
    return false;
  }
}
