import type { DecisionInput, RaiseWindow } from '@tidegate/analysis';
import { Cron } from 'croner';
import { findWindowFlaw } from './find-window-flaw.ts';

/**
 * Whether one of the windows is open, and when the next one opens. A window that opens at an hour that the clocks skip
 * opens when they have skipped it, and one at an hour that they repeat opens at the first: croner's reading of crontab.
 */
export function raiseWindowAt(windows: readonly RaiseWindow[], nowMs: number): NonNullable<DecisionInput['window']> {
  const openings = windows.map((window) => openingsAround(window, nowMs));
  const next = openings.map(({ nextAtMs }) => nextAtMs).filter((atMs) => atMs !== null);
  return {
    isOpen: openings.some(({ isOpen }) => isOpen),
    opensAtMs: next.length === 0 ? null : Math.min(...next),
  };
}

function openingsAround({ cron, timeZone, durationMs }: RaiseWindow, nowMs: number) {
  const pattern = patternOf(cron, timeZone);
  // The instant of an opening belongs to its window, and croner looks strictly before.
  const last = pattern.previousRuns(1, new Date(nowMs + 1_000))[0];
  return {
    isOpen: last !== undefined && last.getTime() <= nowMs && nowMs < last.getTime() + durationMs,
    nextAtMs: pattern.nextRun(new Date(nowMs))?.getTime() ?? null,
  };
}

/** The next openings of all windows together, the soonest first; of a window that cannot be read there is none. */
export function nextWindows(
  windows: readonly RaiseWindow[],
  { count, nowMs }: { readonly count: number; readonly nowMs: number },
): readonly { readonly opensAtMs: number; readonly closesAtMs: number }[] {
  return windows
    .filter((window) => findWindowFlaw(window) === undefined)
    .flatMap(({ cron, timeZone, durationMs }) =>
      patternOf(cron, timeZone)
        .nextRuns(count, new Date(nowMs))
        .map((opens) => ({ opensAtMs: opens.getTime(), closesAtMs: opens.getTime() + durationMs })),
    )
    .sort((one, other) => one.opensAtMs - other.opensAtMs)
    .slice(0, count);
}

/** Patterns are few and parsed once: a look reads them every second. */
const PATTERNS_MAX = 1_000;
const patterns = new Map<string, Cron>();

function patternOf(cron: string, timeZone: string): Cron {
  const key = `${timeZone} ${cron}`;
  let pattern = patterns.get(key);
  if (pattern === undefined) {
    pattern = new Cron(cron, { timezone: timeZone, paused: true, mode: '5-part' });
    if (patterns.size >= PATTERNS_MAX) patterns.clear();
    patterns.set(key, pattern);
  }
  return pattern;
}
