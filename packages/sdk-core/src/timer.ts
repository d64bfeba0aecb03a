import type { HttpOutcome } from './connection/attempt-request.ts';
import { drawDelayMs } from './connection/backoff.ts';
import type { CancelTimer, Platform } from './platform.ts';

/** One thing that is done later, and again later while it fails; what is set takes the place of what was. */
export interface Timer {
  start(delayMs: number, callback: () => void): void;
  /**
   * Something failed, to be tried again after a back-off that grows with each failure in a row (see `drawDelayMs`), at
   * least as spread as `withinMs`. Gives how many in a row it were.
   */
  retry(callback: () => void, outcome?: HttpOutcome, withinMs?: number): number;
  /** The row of failures ends. */
  succeed(): void;
  stop(): void;
  isRunning(): boolean;
}

export function createTimer(platform: Platform): Timer {
  let cancel: CancelTimer | undefined;
  let failureCount = 0;
  const stop = (): void => {
    cancel?.();
    cancel = undefined;
  };
  const start: Timer['start'] = (delayMs, callback) => {
    stop();
    cancel = platform.after(delayMs, () => {
      cancel = undefined;
      callback();
    });
  };
  return {
    start,
    stop,
    isRunning: () => cancel !== undefined,
    retry(callback, outcome, withinMs = 0) {
      failureCount += 1;
      start(Math.max(withinMs * platform.random(), drawDelayMs(platform, failureCount, outcome)), callback);
      return failureCount;
    },
    succeed() {
      failureCount = 0;
    },
  };
}
