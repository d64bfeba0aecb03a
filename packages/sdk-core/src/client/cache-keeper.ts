import type { Context } from '@tidegate/evaluation/page';
import type { CancelTimer, Platform, TextCache } from '../platform.ts';
import type { HeldRules } from '../rules/held-rules.ts';
import { type CachedRules, cacheName, readCachedRules, writeCachedRules } from '../rules/rules-cache.ts';

/**
 * Keeps the last good rules where they outlive the process. Nothing waits for it and nothing depends on it: a cache
 * that cannot be read, or is of another key, is as good as none.
 */
export interface CacheKeeper {
  /** Calls back with what was found, in the same turn where the platform can; undefined when there is nothing. */
  load(context: Context | undefined, callback: (cached: CachedRules | undefined) => void): void;
  /** Saves in a while, together with what changes until then. */
  saveSoon(): void;
  /** Saves what waits to be saved. Never rejects. */
  saveNow(): Promise<void>;
}

/** What is to be kept, at the moment when it is asked. */
export interface CacheContents {
  readonly key: string;
  held(): HeldRules | undefined;
  dataAgeMs(): number;
}

/** A disk that hangs must not keep the client from asking the server. */
const LOAD_MAX_MS = 1_000;
/** Writing ten thousand flags takes tens of milliseconds: not at each change of a busy afternoon. */
const SAVE_INTERVAL_MS = 5_000;

export function createCacheKeeper(platform: Platform, cache: TextCache, contents: CacheContents): CacheKeeper {
  const { key } = contents;
  const { unitHashes } = platform;
  const name = cacheName(key, platform);
  let cancelSave: CancelTimer | undefined;
  const warn = (error: unknown): void => platform.log('warn', `cache: ${String(error)}`);
  const saveNow = async (): Promise<void> => {
    const held = contents.held();
    if (cancelSave === undefined || held === undefined) return;
    cancelSave();
    cancelSave = undefined;
    try {
      const confirmedAtMs = platform.epochMs() - contents.dataAgeMs();
      await cache.save(name, writeCachedRules(held, { key, unitHashes, confirmedAtMs }));
    } catch (error) {
      warn(error);
    }
  };
  return {
    saveNow,
    saveSoon() {
      cancelSave ??= platform.after(SAVE_INTERVAL_MS, saveNow);
    },
    load(context, callback) {
      let isDone = false;
      const finish = (text?: string): void => {
        if (isDone) return;
        isDone = true;
        cancelTimer();
        callback(text === undefined ? undefined : readCachedRules(text, { key, unitHashes, context }));
      };
      const fail = (error: unknown): void => {
        warn(error);
        finish();
      };
      const cancelTimer = platform.after(LOAD_MAX_MS, finish);
      try {
        const loaded = cache.load(name);
        if (loaded instanceof Promise) loaded.then(finish, fail);
        else finish(loaded);
      } catch (error) {
        fail(error);
      }
    },
  };
}
