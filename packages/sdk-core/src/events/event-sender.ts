import { delayAfter, drawDelayMs, parseRetryAfterMs } from '../connection/backoff.ts';
import type { CancelTimer, HttpOutcome, Platform } from '../platform.ts';
import { parseAck } from '../wire/parse-envelope.ts';
import { EVENTS_PATH } from '../wire/protocol-values.ts';
import { encodeBatch } from './encode-batch.ts';
import type { EventQueue, PendingBatch, Work } from './event-queue.ts';

/**
 * Sends the queue, one batch at a time, and repeats a batch until the server has it:
 *
 *     idle ─ flush interval, or a full batch ─▶ sending ─ acknowledged ─▶ idle, or the next one
 *                                     ▲            │ anything else
 *                                     └─ waiting ◀─┘ full jitter, Retry-After honoured
 *
 * Only an answer that says "never" loses a batch: then its rows count as dropped and its number stays a gap.
 */
export class EventSender {
  readonly #platform: Platform;
  readonly #queue: EventQueue;
  readonly #options: EventSenderOptions;
  #state: SenderState = { kind: 'idle', cancelTimer: undefined };
  #failureCount = 0;
  #flushes: Flush[] = [];

  constructor(queue: EventQueue, options: EventSenderOptions) {
    this.#queue = queue;
    this.#platform = options.platform;
    this.#options = options;
  }

  /** There is something in the queue: send it at the end of the interval, or now when it fills a batch. */
  wake(work: Work): void {
    if (this.#state.kind !== 'idle') return;
    if (work === 'full') this.sendNow();
    else this.#schedule();
  }

  /** Sends what there is without waiting for the interval. A running attempt, or a wait after a failure, goes on. */
  sendNow(): void {
    if (this.#state.kind !== 'idle') return;
    this.#state.cancelTimer?.();
    this.#sendNext();
  }

  /** Fulfilled with true once everything recorded before the call was told, with false after `timeoutMs`. */
  flush(timeoutMs: number): Promise<boolean> {
    const batchCount = this.#queue.waitingBatchCount;
    if (batchCount === 0 || this.#state.kind === 'closed') return Promise.resolve(batchCount === 0);
    return new Promise((resolve) => {
      const flush: Flush = { batchCount, settle: () => undefined };
      const cancelTimer = this.#platform.after(timeoutMs, () => flush.settle(false), { holdsProcess: true });
      flush.settle = (told) => {
        cancelTimer();
        this.#flushes = this.#flushes.filter((other) => other !== flush);
        resolve(told);
      };
      this.#flushes.push(flush);
      this.sendNow();
    });
  }

  /** A last flush, which does not wait out a failure first. Afterwards nothing is sent any more. */
  async close(timeoutMs: number): Promise<boolean> {
    if (this.#state.kind === 'waiting') {
      this.#state.cancelTimer();
      this.#sendNext();
    }
    const deadlineMs = this.#platform.monotonicMs() + timeoutMs;
    let told = true;
    // More than once: what does not fit beside the last events goes into a batch of its own.
    while (told && this.#queue.waitingBatchCount > 0) {
      told = await this.flush(Math.max(0, deadlineMs - this.#platform.monotonicMs()));
    }
    if (this.#state.kind === 'waiting' || this.#state.kind === 'idle') this.#state.cancelTimer?.();
    this.#state = { kind: 'closed' };
    return told;
  }

  #schedule(): void {
    if (this.#state.kind !== 'idle' || this.#state.cancelTimer !== undefined) return;
    const cancelTimer = this.#platform.after(this.#options.flushIntervalMs, () => this.#sendNext());
    this.#state = { kind: 'idle', cancelTimer };
  }

  #sendNext(): void {
    const batch = this.#queue.nextBatch();
    if (batch === undefined) {
      this.#state = { kind: 'idle', cancelTimer: undefined };
      return;
    }
    this.#state = { kind: 'sending' };
    this.#post(batch).then(
      (outcome) => this.#settle(batch, outcome),
      // A fault of ours, and no reason to end the application: the batch stays, and is tried again.
      (error) => this.#settle(batch, { kind: 'failed', message: String(error) }),
    );
  }

  async #post(batch: PendingBatch): Promise<HttpOutcome> {
    const text = JSON.stringify(encodeBatch(batch, this.#options.instance, this.#platform));
    const headers = { authorization: `Bearer ${this.#options.key}`, 'content-type': 'application/json' };
    const compressed = text.length < GZIP_FROM_CHARS ? undefined : await compress(this.#platform, text);
    return this.#platform.request({
      method: 'POST',
      path: EVENTS_PATH,
      headers: compressed === undefined ? headers : { ...headers, 'content-encoding': 'gzip' },
      body: compressed ?? text,
      timeoutMs: EVENTS_TIMEOUT_MS,
      responseBytesMax: ACK_BYTES_MAX,
      keepalive: true,
    });
  }

  #settle(batch: PendingBatch, outcome: HttpOutcome): void {
    const verdict = judge(batch.seq, outcome);
    if (verdict === 'retry') {
      this.#retry(outcome);
      return;
    }
    this.#failureCount = 0;
    if (verdict === 'acknowledged') this.#queue.acknowledge();
    else {
      this.#queue.discard();
      this.#options.onDiscarded(outcome);
    }
    if (this.#state.kind === 'closed') return;
    this.#state = { kind: 'idle', cancelTimer: undefined };
    for (const flush of this.#flushes) {
      flush.batchCount -= 1;
      if (flush.batchCount === 0) flush.settle(true);
    }
    if (this.#flushes.length > 0 || this.#queue.hasFullBatch) this.#sendNext();
    else if (this.#queue.waitingBatchCount > 0) this.#schedule();
  }

  #retry(outcome: HttpOutcome): void {
    if (this.#state.kind === 'closed') return;
    this.#failureCount += 1;
    if (this.#failureCount === 1) this.#options.onFailed(outcome);
    const delay = delayAfter({ failureCount: this.#failureCount, ...failureOf(outcome, this.#platform.epochMs()) });
    const delayMs = drawDelayMs(delay, () => this.#platform.random());
    this.#state = { kind: 'waiting', cancelTimer: this.#platform.after(delayMs, () => this.#sendNext()) };
  }
}

export interface EventSenderOptions {
  readonly platform: Platform;
  readonly key: string;
  readonly instance: string;
  readonly flushIntervalMs: number;
  /** The first of a row of failures. */
  readonly onFailed: (outcome: HttpOutcome) => void;
  /** A batch was lost: its exposures may be reported again. */
  readonly onDiscarded: (outcome: HttpOutcome) => void;
}

type SenderState =
  | { readonly kind: 'idle'; readonly cancelTimer: CancelTimer | undefined }
  | { readonly kind: 'sending' }
  | { readonly kind: 'waiting'; readonly cancelTimer: CancelTimer }
  | { readonly kind: 'closed' };

interface Flush {
  batchCount: number;
  settle: (told: boolean) => void;
}

const EVENTS_TIMEOUT_MS = 10_000;
const ACK_BYTES_MAX = 16_384;
/** Below it, the headers weigh more than what compression saves. */
const GZIP_FROM_CHARS = 1_024;
/**
 * What the protocol answers to a batch that will be refused however often it comes. Other answers, also 404 and 409,
 * come from proxies and deployments in between and say nothing of the batch.
 */
const NEVER_STATUSES: readonly number[] = [400, 413, 415, 422];

function judge(seq: number, outcome: HttpOutcome): 'acknowledged' | 'never' | 'retry' {
  if (outcome.kind === 'failed') return 'retry';
  if (NEVER_STATUSES.includes(outcome.status)) return 'never';
  if (outcome.status !== 200) return 'retry';
  const ack = parseAck(outcome.body);
  return ack.kind === 'parsed' && ack.value.acknowledgedSeq >= seq ? 'acknowledged' : 'retry';
}

function failureOf(outcome: HttpOutcome, epochMs: number): { refused: boolean; retryAfterMs?: number } {
  if (outcome.kind === 'failed') return { refused: false };
  const refused = outcome.status === 401 || outcome.status === 403;
  const retryAfterMs = parseRetryAfterMs(outcome.headers.get('retry-after'), epochMs);
  return retryAfterMs === undefined ? { refused } : { refused, retryAfterMs };
}

async function compress(platform: Platform, text: string): Promise<Uint8Array | undefined> {
  try {
    return await platform.gzip?.(text);
  } catch {
    // Sending it plain costs bytes; not sending it would cost the events.
    return undefined;
  }
}
