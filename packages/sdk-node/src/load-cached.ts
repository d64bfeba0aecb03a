import { cacheName, type Platform } from '@tidegate/sdk-core';
import type { TextCache } from './disk-cache.ts';

/** A disk that hangs must not keep the client from asking the server. */
const LOAD_MAX_MS = 1_000;

/** Calls back once, with what the cache has for a key, or without when it cannot be read in time. */
export function loadCached(
  from: { readonly cache: Pick<TextCache, 'load'>; readonly key: string; readonly platform: Platform },
  callback: (text?: string) => void,
): void {
  const { cache, key, platform } = from;
  let isDone = false;
  const finish = (text?: string): void => {
    if (isDone) return;
    isDone = true;
    cancelTimer();
    callback(text);
  };
  const cancelTimer = platform.after(LOAD_MAX_MS, finish);
  cache.load(cacheName(key, platform)).then(finish, (error) => {
    platform.log('warn', `cache: ${String(error)}`);
    finish();
  });
}
