import type { Platform } from '../platform.ts';
import type { HttpOutcome } from './attempt-request.ts';

/** Before the second attempt at most; doubled each time. */
const RETRY_DELAY_BASE_MS = 1_000;
/** Half of it on average: what a server meets of each client through a long outage, and how long it waits after. */
const RETRY_DELAY_MAX_MS = 30_000;
/** A wrong or revoked key is mended by people: asking more often only fills logs. */
const REFUSED_DELAY_MS = [30_000, 60_000] as const;
/** No header may silence an SDK for longer, whoever wrote it. */
const RETRY_AFTER_MAX_MS = 300_000;
const RETRY_AFTER_SPREAD = 0.25;

/**
 * How long to wait after `failureCount` failures in a row, the last one included; `outcome` is how that one was
 * answered, if at all. Full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015) spreads a
 * fleet that lost its server at one instant evenly from the first attempt on. Retry-After is the least delay, spread as
 * well: a server that says "after 10 s" to everybody must not meet everybody after 10 s.
 */
export function drawDelayMs(
  { random, epochMs }: Pick<Platform, 'random' | 'epochMs'>,
  failureCount: number,
  outcome?: HttpOutcome,
): number {
  const [leastMs, mostMs] = isRefused(outcome)
    ? REFUSED_DELAY_MS
    : [0, Math.min(RETRY_DELAY_MAX_MS, RETRY_DELAY_BASE_MS * 2 ** (failureCount - 1))];
  const header = outcome?.headers?.get('retry-after') ?? '';
  const fromMs = Math.min(parseRetryAfterMs(header, epochMs()) || leastMs, RETRY_AFTER_MAX_MS);
  return fromMs + random() * (Math.max(fromMs * (1 + RETRY_AFTER_SPREAD), mostMs) - fromMs);
}

/** The server knows the key and does not take it. */
export function isRefused(outcome: HttpOutcome | undefined): boolean {
  return outcome?.status === 401 || outcome?.status === 403;
}

/** Retry-After in its two forms, seconds and an HTTP date (RFC 9110, section 10.2.3); not a number for anything else. */
export function parseRetryAfterMs(header: string, epochMs: number): number {
  return Math.max(0, Number(header) * 1_000 || Date.parse(header) - epochMs);
}
