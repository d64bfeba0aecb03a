/** Numbers as people read them: percents, durations, counts, evidence. Programs hold ppm and milliseconds. */
import { parsePercent as parsePlainPercent } from '@tidegate/analysis/quantities';

export { formatElapsed, formatPercent } from '@tidegate/analysis/quantities';

/** 22871 as `22 871`, with a space that does not break. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
}

/** Natural logarithm of an e-value. JSON says minus infinity as null. */
export function formatEvidence(logEvidence: number): string {
  return Number.isFinite(logEvidence) ? logEvidence.toFixed(2) : 'none';
}

/** `1.20 (0.81 to 1.78)`, with `…` for an open bound. */
export function formatRatio(
  ratio: number | null,
  { low, high }: { readonly low: number | null; readonly high: number | null },
): string {
  const interval = low === null && high === null ? '' : ` (${low?.toFixed(2) ?? '…'} to ${high?.toFixed(2) ?? '…'})`;
  return `${ratio === null ? 'unknown' : ratio.toFixed(2)}${interval}`;
}

/** An instant in the reader's own time zone; the date only when it was not today. */
export function formatInstant(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const isToday = at.toDateString() === new Date(nowMs).toDateString();
  return isToday ? at.toLocaleTimeString() : at.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });
}

/** In full, with the zone: `Mon, 2 Mar 2026, 14:05:00 CET`. */
export function formatInstantFully(atMs: number): string {
  return new Date(atMs).toLocaleString(undefined, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
}

/** `14:05 CET`: what a deadline says. */
export function formatClock(atMs: number): string {
  return new Date(atMs).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
}

/** `2.5%`, `2.5` or `2,5 %` as 25 000; undefined for what is no percent from 0 to 100. */
export function parsePercent(text: string): number | undefined {
  return parsePlainPercent(text.replace(',', '.').replace(/\s+%/, '%'));
}

const DAY_MS = 86_400_000;
const MINUTES_SHOWN_FROM_MS = 600_000;

/** An instant on an axis that spans so long: with seconds on a short one, with the day on a long one. */
export function formatTick(atMs: number, spanMs: number): string {
  const at = new Date(atMs);
  if (spanMs > 2 * DAY_MS) return at.toLocaleDateString(undefined, { day: 'numeric', month: 'short', hour: '2-digit' });
  const seconds = spanMs < MINUTES_SHOWN_FROM_MS ? ({ second: '2-digit' } as const) : {};
  return at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', ...seconds });
}
