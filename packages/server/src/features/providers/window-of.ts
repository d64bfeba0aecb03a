import type { MetricWindow } from '@tidegate/protocol';

/** The window that is asked about now: it ends where the provider's data is complete, not where it still trickles in. */
export function windowOf(asked: {
  readonly nowMs: number;
  readonly lagMs: number;
  readonly windowMs: number;
}): MetricWindow {
  const endAtMs = asked.nowMs - asked.lagMs;
  return { startAtMs: endAtMs - asked.windowMs, endAtMs };
}
