import type { MetricWindow } from '@tidegate/protocol';

/** A shorter window is none: what is measured over it says more of the moment of a scrape than of a release. */
const WINDOW_MIN_MS = 1_000;

export interface WindowAsked {
  readonly nowMs: number;
  readonly lagMs: number;
  readonly windowMs: number;
  /** What was before it is no evidence. */
  readonly notBeforeMs?: number;
}

/**
 * The window that is asked about now: it ends where the provider's data is complete, not where it still trickles in.
 * Undefined while there is next to nothing between its ends.
 */
export function windowOf({ nowMs, lagMs, windowMs, notBeforeMs = 0 }: WindowAsked): MetricWindow | undefined {
  const endAtMs = nowMs - lagMs;
  const startAtMs = Math.max(endAtMs - windowMs, notBeforeMs);
  return endAtMs - startAtMs < WINDOW_MIN_MS ? undefined : { startAtMs, endAtMs };
}
