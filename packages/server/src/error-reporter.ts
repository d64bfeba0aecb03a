import type { Logger } from 'pino';
import { StorageUnavailableError } from './storage/storage-unavailable-error.ts';

/** A database that is away fails everything at once, a thousand times a second: one line tells it, and how often. */
const REPEAT_AFTER_MS = 5_000;

/** Logs what failed where nobody is told of it otherwise. */
export function errorReporter(log: Logger, nowMs: () => number): (error: unknown) => void {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let untoldCount = 0;
  return (error) => {
    const isUnavailable = error instanceof StorageUnavailableError;
    if (isUnavailable && Math.abs(nowMs() - toldAtMs) < REPEAT_AFTER_MS) {
      untoldCount += 1;
      return;
    }
    log.error({ err: error, ...(isUnavailable ? { untoldCount } : {}) }, 'work failed; it is tried again');
    if (!isUnavailable) return;
    toldAtMs = nowMs();
    untoldCount = 0;
  };
}
