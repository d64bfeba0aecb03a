import type { IncomingHttpHeaders } from 'node:http';

/** Who asks to be left alone for longer is asked again all the same: a rollout holds meanwhile. */
const RETRY_AFTER_MAX_MS = 3_600_000;

/** How long the provider asks to be left alone: `Retry-After` in seconds or as a date, or `X-RateLimit-Reset` in seconds. */
export function retryAfterOf(headers: IncomingHttpHeaders, nowMs: number): number | undefined {
  const reset = headers['x-ratelimit-reset'];
  const said = headers['retry-after'] ?? (typeof reset === 'string' ? reset : undefined);
  if (said === undefined) return undefined;
  const waitMs = /^\d+$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(RETRY_AFTER_MAX_MS, Math.max(0, Math.round(waitMs))) : undefined;
}
