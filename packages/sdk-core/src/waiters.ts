import type { Platform } from './platform.ts';

/** Those who wait for something to become true, each with a deadline. */
export interface Waiters {
  /**
   * Fulfilled with what `find` gives, as soon as it gives something. It is asked at once, at each `look`, and for the
   * last time, with `isLate`, after `timeoutMs`: then it must give something.
   */
  wait<T extends {}>(timeoutMs: number, find: (isLate: boolean) => T | Promise<T> | undefined): Promise<T>;
  /** Something has changed; or nothing more will, and who still waits is late. */
  look(isLate?: boolean): void;
}

export function createWaiters(platform: Pick<Platform, 'after'>): Waiters {
  const looks = new Set<(isLate?: boolean) => void>();
  return {
    wait: (timeoutMs, find) =>
      new Promise((resolve) => {
        const look = (isLate = false): void => {
          const found = find(isLate);
          if (found === undefined) return;
          cancelTimer();
          looks.delete(look);
          resolve(found);
        };
        const cancelTimer = platform.after(timeoutMs, () => look(true), true);
        looks.add(look);
        look();
      }),
    look(isLate) {
      for (const look of looks) look(isLate);
    },
  };
}
