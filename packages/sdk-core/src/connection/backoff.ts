import type { DelayRange } from './connection-state.ts';

/**
 * How long to wait after a failure: full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog
 * 2015), which spreads a fleet that lost its server at one instant evenly from the first attempt on.
 */
const RETRY_DELAY_BASE_MS = 1_000;
/** Half of it on average: what a server meets of each client through a long outage, and how long it waits after. */
const RETRY_DELAY_MAX_MS = 30_000;
/** A wrong or revoked key is mended by people: asking more often only fills logs. */
export const REFUSED_DELAY: DelayRange = { fromMs: 30_000, toMs: 60_000 };
/** No header may silence an SDK for longer, whoever wrote it. */
export const RETRY_AFTER_MAX_MS = 300_000;
/** A server that says "after 10 s" to everybody must not meet everybody after 10 s. */
const RETRY_AFTER_SPREAD = 0.25;

/** `failureCount` failures in a row, the last one included. */
export function backoff(failureCount: number): DelayRange {
  // Beyond 2^30 the shift would wrap; the cap has been reached long before.
  const exponent = Math.min(Math.max(failureCount - 1, 0), 30);
  return { fromMs: 0, toMs: Math.min(RETRY_DELAY_MAX_MS, RETRY_DELAY_BASE_MS * 2 ** exponent) };
}

export interface Failure {
  readonly failureCount: number;
  /** 401 or 403. */
  readonly refused: boolean;
  readonly retryAfterMs?: number;
}

export function delayAfter({ failureCount, refused, retryAfterMs }: Failure): DelayRange {
  const usual = refused ? REFUSED_DELAY : backoff(failureCount);
  if (retryAfterMs === undefined) return usual;
  const fromMs = Math.min(Math.max(retryAfterMs, 0), RETRY_AFTER_MAX_MS);
  return { fromMs, toMs: Math.max(fromMs + fromMs * RETRY_AFTER_SPREAD, usual.toMs) };
}

export function drawDelayMs(range: DelayRange, random: () => number): number {
  return range.fromMs + random() * (range.toMs - range.fromMs);
}

/** Retry-After in its two forms, seconds and an HTTP date (RFC 9110, section 10.2.3); undefined for anything else. */
export function parseRetryAfterMs(header: string | null, epochMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1_000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - epochMs);
}
