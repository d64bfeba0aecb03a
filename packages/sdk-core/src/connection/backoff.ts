import type { HttpOutcome, Platform } from '../platform.ts';

/**
 * How long to wait after a failure: full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog
 * 2015), which spreads a fleet that lost its server at one instant evenly from the first attempt on.
 */
export interface DelayRange {
  readonly fromMs: number;
  readonly toMs: number;
}

const RETRY_DELAY_BASE_MS = 1_000;
/** Half of it on average: what a server meets of each client through a long outage, and how long it waits after. */
const RETRY_DELAY_MAX_MS = 30_000;
/** A wrong or revoked key is mended by people: asking more often only fills logs. */
export const REFUSED_DELAY: DelayRange = { fromMs: 30_000, toMs: 60_000 };
/** No header may silence an SDK for longer, whoever wrote it. */
export const RETRY_AFTER_MAX_MS = 300_000;
/** A server that says "after 10 s" to everybody must not meet everybody after 10 s. */
const RETRY_AFTER_SPREAD = 0.25;

/** After `failureCount` failures in a row, the last one included; `outcome` is how that one was answered, if at all. */
export function delayAfter(failureCount: number, outcome?: HttpOutcome, epochMs = 0): DelayRange {
  const usual = isRefused(outcome)
    ? REFUSED_DELAY
    : { fromMs: 0, toMs: Math.min(RETRY_DELAY_MAX_MS, RETRY_DELAY_BASE_MS * 2 ** (failureCount - 1)) };
  const retryAfter = outcome?.kind === 'answered' ? outcome.headers.get('retry-after') : null;
  const retryAfterMs = parseRetryAfterMs(retryAfter, epochMs);
  if (retryAfterMs === undefined) return usual;
  const fromMs = Math.min(retryAfterMs, RETRY_AFTER_MAX_MS);
  return { fromMs, toMs: Math.max(fromMs * (1 + RETRY_AFTER_SPREAD), usual.toMs) };
}

export function drawDelayMs({ fromMs, toMs }: DelayRange, { random }: Pick<Platform, 'random'>): number {
  return fromMs + random() * (toMs - fromMs);
}

/** The server knows the key and does not take it. */
export function isRefused(outcome: HttpOutcome | undefined): boolean {
  return outcome?.kind === 'answered' && (outcome.status === 401 || outcome.status === 403);
}

/** Retry-After in its two forms, seconds and an HTTP date (RFC 9110, section 10.2.3); undefined for anything else. */
export function parseRetryAfterMs(header: string | null, epochMs: number): number | undefined {
  if (!header) return undefined;
  const delayMs = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - epochMs;
  return Number.isNaN(delayMs) ? undefined : Math.max(0, delayMs);
}
