import { useSyncExternalStore } from 'react';

/** Seconds are what clocks of this page show. */
const TICK_MS = 1_000;

/** The reader's clock, for counting down and for "ago"; one timer for all that look. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => shownMs);
}

let shownMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const watchers = new Set<() => void>();

function subscribe(onTick: () => void): () => void {
  watchers.add(onTick);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    watchers.delete(onTick);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  shownMs = Date.now();
  for (const watcher of watchers) watcher();
}
