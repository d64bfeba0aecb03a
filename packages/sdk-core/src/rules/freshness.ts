import type { CancelTimer, Platform } from '../platform.ts';

/** How long ago the server confirmed the held rules, and whether that is too long. */
export interface Freshness {
  isStale(): boolean;
  ageMs(): number;
  /** The server said that the rules held are current. */
  confirm(): void;
  /** The rules held were confirmed that long ago, by the wall clock. A new client has its full patience all the same. */
  startFrom(ageMs: number): void;
  stop(): void;
}

export function createFreshness(platform: Platform, staleAfterMs: number, onStale: () => void): Freshness {
  let confirmedMs = 0;
  let isStale = false;
  let cancelTimer: CancelTimer | undefined;
  const stop = (): void => cancelTimer?.();
  const confirm = (): void => {
    stop();
    confirmedMs = platform.monotonicMs();
    isStale = false;
    cancelTimer = platform.after(staleAfterMs, () => {
      isStale = true;
      onStale();
    });
  };
  confirm();
  return {
    confirm,
    stop,
    isStale: () => isStale,
    ageMs: () => platform.monotonicMs() - confirmedMs,
    startFrom(ageMs) {
      // A cache that was written under another clock may come from the future.
      confirmedMs = platform.monotonicMs() - Math.max(0, ageMs);
    },
  };
}
