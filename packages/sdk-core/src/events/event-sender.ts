import { attemptRequest, type HttpOutcome, tellOutcome } from '../connection/attempt-request.ts';
import { drawDelayMs } from '../connection/backoff.ts';
import type { CancelTimer, Platform } from '../platform.ts';
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
  readonly key: string;
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
  const { platform, key, flushIntervalMs, onProblem } = options;
  const flushes = createWaiters(platform);
  let state: 'idle' | 'sending' | 'waiting' | 'closed' = 'idle';
  let cancelTimer: CancelTimer | undefined;
  let failureCount = 0;

  const send = async (): Promise<void> => {
    cancelTimer?.();
    cancelTimer = undefined;
    const batch = queue.nextBatch();
    state = batch ? 'sending' : 'idle';
    if (batch === undefined) return;
    const makeBody = (): string => JSON.stringify(encodeBatch(batch, options));
    const outcome = await attemptRequest(platform, { key, path: EVENTS_PATH, makeBody });
    const isLost = NEVER_STATUSES.includes(outcome.status);
    const isClosed = hasClosed();
    if (isLost || isAcknowledged(batch.seq, outcome)) {
      failureCount = 0;
      queue.settle(isLost);
      if (isLost) onProblem({ code: 'events-refused', message: tellOutcome(outcome) });
      if (isClosed) return;
      state = 'idle';
      flushes.look();
      if (flushes.isAwaited()) sendNow();
      wake();
    } else if (!isClosed) {
      state = 'waiting';
      failureCount += 1;
      if (failureCount === 1) onProblem({ code: 'events-unreachable', message: tellOutcome(outcome) });
      cancelTimer = platform.after(drawDelayMs(platform, failureCount, outcome), send);
    }
  };
  const hasClosed = (): boolean => state === 'closed';
  const wake = (): void => {
    if (state !== 'idle' || queue.toldCount() === queue.recordedCount()) return;
    if (queue.isFull()) void send();
    else cancelTimer ??= platform.after(flushIntervalMs, send);
  };
  const sendNow = (): void => {
    if (state === 'idle') void send();
  };
  const flush = (timeoutMs: number): Promise<boolean> => {
    const recordedCount = queue.recordedCount();
    const told = flushes.wait(timeoutMs, (isLate) => {
      if (queue.toldCount() >= recordedCount) return true;
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
      cancelTimer?.();
      state = 'closed';
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
