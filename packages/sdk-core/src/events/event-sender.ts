import { attemptRequest } from '../connection/attempt-request.ts';
import { drawDelayMs } from '../connection/backoff.ts';
import type { CancelTimer, HttpOutcome, HttpRequest, Platform } from '../platform.ts';
import { createWaiters } from '../waiters.ts';
import { isAck, parseJson } from '../wire/envelope.ts';
import { EVENTS_PATH } from '../wire/protocol-values.ts';
import { encodeBatch } from './encode-batch.ts';
import type { EventQueue, PendingBatch } from './event-queue.ts';

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

const EVENTS_TIMEOUT_MS = 10_000;
const ACK_BYTES_MAX = 16_384;
/** Enough of a problem's detail to know what is wrong, never enough to fill a log. */
const BODY_CHARS_MAX = 300;
/**
 * What the protocol answers to a batch that will be refused however often it comes. Other answers, also 404 and 409,
 * come from proxies and deployments in between and say nothing of the batch.
 */
const NEVER_STATUSES: readonly number[] = [400, 413, 415, 422];

export function createEventSender(queue: EventQueue, options: EventSenderOptions): EventSender {
  const { platform } = options;
  const flushes = createWaiters(platform);
  let state: 'idle' | 'sending' | 'waiting' | 'closed' = 'idle';
  let cancelTimer: CancelTimer | undefined;
  let failureCount = 0;
  let sentSeq = 0;
  /** The last batch that was acknowledged and took everything that there was. */
  let toldSeq = 0;

  const stopTimer = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
  };
  const send = async (): Promise<void> => {
    stopTimer();
    const batch = queue.nextBatch();
    state = batch === undefined ? 'idle' : 'sending';
    if (batch === undefined) return;
    sentSeq = batch.seq;
    settle(batch, await attemptRequest(platform, () => requestOf(batch)));
  };
  const wake = (): void => {
    if (state !== 'idle' || queue.isEmpty()) return;
    if (queue.isFull()) void send();
    else cancelTimer ??= platform.after(options.flushIntervalMs, send);
  };
  const sendNow = (): void => {
    if (state === 'idle') void send();
  };
  const requestOf = (batch: PendingBatch): HttpRequest => ({
    method: 'POST',
    path: EVENTS_PATH,
    headers: { authorization: `Bearer ${options.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(encodeBatch(batch, options)),
    timeoutMs: EVENTS_TIMEOUT_MS,
    responseBytesMax: ACK_BYTES_MAX,
    keepalive: true,
  });
  const settle = (batch: PendingBatch, outcome: HttpOutcome): void => {
    const verdict = judge(batch.seq, outcome);
    if (verdict === 'retry') {
      retry(outcome);
      return;
    }
    failureCount = 0;
    if (verdict === 'acknowledged') {
      queue.acknowledge();
      if (batch.isLast) toldSeq = batch.seq;
    } else {
      queue.discard();
      complain('events-refused', outcome);
    }
    if (state === 'closed') return;
    state = 'idle';
    flushes.look();
    if (flushes.isAwaited()) sendNow();
    wake();
  };
  const complain = (code: EventProblem['code'], outcome: HttpOutcome): void => {
    const isAnswer = outcome.kind === 'answered';
    const message = isAnswer ? `status ${outcome.status}: ${outcome.body.slice(0, BODY_CHARS_MAX)}` : outcome.message;
    options.onProblem({ code, message });
  };
  const retry = (outcome: HttpOutcome): void => {
    if (state === 'closed') return;
    state = 'waiting';
    failureCount += 1;
    if (failureCount === 1) complain('events-unreachable', outcome);
    cancelTimer = platform.after(drawDelayMs(platform, failureCount, outcome), send);
  };
  const flush = (timeoutMs: number): Promise<boolean> => {
    const seqBefore = sentSeq;
    const told = flushes.wait(timeoutMs, (isLate) => {
      if (queue.isEmpty() || toldSeq > seqBefore) return true;
      return isLate || state === 'closed' ? false : undefined;
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
      stopTimer();
      state = 'closed';
      return told;
    },
  };
}

function judge(seq: number, outcome: HttpOutcome): 'acknowledged' | 'never' | 'retry' {
  if (outcome.kind === 'failed') return 'retry';
  if (NEVER_STATUSES.includes(outcome.status)) return 'never';
  const ack = outcome.status === 200 ? parseJson(outcome.body) : undefined;
  return isAck(ack) && ack.acknowledgedSeq >= seq ? 'acknowledged' : 'retry';
}
