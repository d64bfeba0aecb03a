import type { Platform } from '@tidegate/sdk-core';

/** What bounds the candidates of one client, all its shadows together. */
export interface ShadowLimits {
  /** Candidates that run at once: 4 when absent, which a process that serves at the same time hardly feels. */
  readonly concurrencyMax?: number | undefined;
  /** Candidates that wait for their turn, each with control's answer: 100 when absent. What comes beyond is shed. */
  readonly queueMax?: number | undefined;
  /** How long a candidate may take before it is told to stop and counts as failed: 5 000 when absent. */
  readonly timeoutMs?: number | undefined;
}

export interface ShadowStatus {
  readonly runningCount: number;
  readonly waitingCount: number;
  readonly succeededCount: number;
  readonly failedCount: number;
  /** Of the failed ones. */
  readonly timedOutCount: number;
  /** That were not run, because too many waited already or the client was closed. */
  readonly shedCount: number;
}

export type ShadowEnd<T> = { readonly durationMs: number } & (
  | { readonly kind: 'succeeded'; readonly value: T }
  | { readonly kind: 'failed' }
);

/**
 * Runs what nobody waits for, after the turn in which it was asked for. A candidate keeps its place until it has really
 * ended, also when it was told to stop and does not listen: one that never ends takes a place away, but never the
 * bound.
 */
export interface ShadowQueue {
  add<T>(candidate: Candidate<T>, onEnd: (end: ShadowEnd<T>) => void): void;
  status(): ShadowStatus;
  /** What waits is shed; what runs is told to stop. */
  close(): void;
}

export type Candidate<T> = (signal: AbortSignal) => Promise<T>;

const CONCURRENCY_MAX = 4;
const QUEUE_MAX = 100;
const TIMEOUT_MS = 5_000;

export function createShadowQueue(
  { after, monotonicMs }: Pick<Platform, 'after' | 'monotonicMs'>,
  { concurrencyMax = CONCURRENCY_MAX, queueMax = QUEUE_MAX, timeoutMs = TIMEOUT_MS }: ShadowLimits = {},
): ShadowQueue {
  const waiting: (() => Promise<void>)[] = [];
  const running = new Set<AbortController>();
  const counts = { succeededCount: 0, failedCount: 0, timedOutCount: 0, shedCount: 0 };
  let isClosed = false;

  const startNext = (): void => {
    if (running.size < concurrencyMax) void waiting.shift()?.();
  };
  const run = async <T>(candidate: Candidate<T>, onEnd: (end: ShadowEnd<T>) => void): Promise<void> => {
    const stop = new AbortController();
    running.add(stop);
    const startedMs = monotonicMs();
    let hasEnded = false;
    const end = (result: { kind: 'succeeded'; value: T } | { kind: 'failed' }): void => {
      if (hasEnded || isClosed) return;
      hasEnded = true;
      counts[`${result.kind}Count`] += 1;
      onEnd({ ...result, durationMs: monotonicMs() - startedMs });
    };
    const cancelTimeout = after(timeoutMs, () => {
      counts.timedOutCount += 1;
      end({ kind: 'failed' });
      stop.abort(new Error(`a candidate has ${timeoutMs} ms`));
    });
    const result = await candidate(stop.signal).then(
      (value) => ({ kind: 'succeeded', value }) as const,
      () => ({ kind: 'failed' }) as const,
    );
    cancelTimeout();
    end(result);
    running.delete(stop);
    startNext();
  };
  return {
    add(candidate, onEnd) {
      if (isClosed || waiting.length >= queueMax) {
        counts.shedCount += 1;
        return;
      }
      waiting.push(() => run(candidate, onEnd));
      after(0, startNext);
    },
    status: () => ({ runningCount: running.size, waitingCount: waiting.length, ...counts }),
    close() {
      isClosed = true;
      counts.shedCount += waiting.splice(0).length;
      for (const stop of running) stop.abort(new Error('the client was closed'));
    },
  };
}
