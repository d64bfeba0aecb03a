import type { CancelTimer, Platform } from '@tidegate/sdk-core';
import type { TextCache } from './disk-cache.ts';

/** Keeps the last good rules on a disk. Nothing waits for it and nothing depends on it. */
export interface CacheKeeper {
  /** Saves in a while, together with what changes until then. */
  saveSoon(name: string, makeText: () => string): void;
  /** Saves what waits to be saved. Never rejects. */
  saveNow(): Promise<void>;
}

/** Writing ten thousand flags takes tens of milliseconds: not at each change of a busy afternoon. */
const SAVE_INTERVAL_MS = 5_000;

export function createCacheKeeper(
  cache: Pick<TextCache, 'save'>,
  { after, log }: Pick<Platform, 'after' | 'log'>,
): CacheKeeper {
  let unsaved:
    | { readonly name: string; readonly makeText: () => string; readonly cancelTimer: CancelTimer }
    | undefined;
  const saveNow = async (): Promise<void> => {
    if (unsaved === undefined) return;
    const { name, makeText, cancelTimer } = unsaved;
    unsaved = undefined;
    cancelTimer();
    try {
      await cache.save(name, makeText());
    } catch (error) {
      log('warn', `cache: ${String(error)}`);
    }
  };
  return {
    saveNow,
    saveSoon(name, makeText) {
      unsaved ??= { name, makeText, cancelTimer: after(SAVE_INTERVAL_MS, saveNow) };
    },
  };
}
