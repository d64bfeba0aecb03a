import { Refusal } from '../refusal.ts';

const UNITS_MS = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** A duration as Go writes it, `1m30s` or `1.5h`. */
export function goDurationMs(text: string, path: string): number {
  const isDuration = /^(\d{1,9}(\.\d{1,9})?(ms|s|m|h)){1,4}$/.test(text);
  const parts = isDuration ? [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)] : [];
  const sumMs = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS_MS.get(unit) ?? 0), 0);
  // Tenths of a second are no exact numbers.
  const wholeMs = Math.round(sumMs);
  if (isDuration && Math.abs(sumMs - wholeMs) < 1e-3) return wholeMs;
  throw new Refusal(
    `${path} must be a duration of whole milliseconds like 30s or 1m30s; it is ${JSON.stringify(text)}.`,
  );
}

const WRITTEN_UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** As plans write it: in the largest unit that leaves no rest. */
export function writtenDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  const found = WRITTEN_UNITS.find(([, unitMs]) => durationMs >= unitMs && durationMs % unitMs === 0);
  return found === undefined ? `${durationMs}ms` : `${durationMs / found[1]}${found[0]}`;
}
