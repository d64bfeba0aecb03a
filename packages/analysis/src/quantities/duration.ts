const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/;

/** `30s`, `10m`, `24h` as milliseconds; undefined for anything but a whole number and one of ms, s, m, h, d. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ''] = DURATION.exec(text.trim()) ?? [];
  // The pattern lets through only the names of UNITS_MS.
  return count === undefined ? undefined : Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

/** 600 000 as `10m`: in the largest unit that says it exactly, and hours up to two days. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  const unit = (['d', 'h', 'm', 's'] as const).find(
    (name) => durationMs % UNITS_MS[name] === 0 && (name !== 'd' || durationMs >= 2 * UNITS_MS.d),
  );
  return unit === undefined ? `${durationMs}ms` : `${durationMs / UNITS_MS[unit]}${unit}`;
}

/** 83 400 as `1m 23s`: for clocks that run, in the two largest units, rounded down. */
export function formatElapsed(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / UNITS_MS.s));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0s';
  return parts
    .slice(first, first + 2)
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(' ');
}
