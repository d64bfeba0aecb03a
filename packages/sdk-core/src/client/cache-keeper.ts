import type { Context } from '@tidegate/evaluation/page';
import type { Platform } from '../platform.ts';
import {
  type CachedRules,
  type CacheOwner,
  cacheName,
  readCachedRules,
  writeCachedRules,
} from '../rules/rules-cache.ts';
import type { HeldRules } from '../rules/rules-store.ts';
import { createTimer } from '../timer.ts';

/** Keeps the last good rules where they outlive the process. Nothing waits for it and nothing depends on it. */
export interface CacheKeeper {
  /**
   * What `load` has for a client with this context; undefined for what cannot be read, is damaged, or is somebody
   * else's.
   */
  find(load: (name: string) => string | null | undefined, context: Context | undefined): CachedRules | undefined;
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

/** Writing ten thousand flags takes tens of milliseconds: not at each change of a busy afternoon. */
const SAVE_INTERVAL_MS = 5_000;

export function createCacheKeeper(platform: Platform, { key, held, dataAgeMs }: CacheContents): CacheKeeper {
  const { save, unitHashes, epochMs, log } = platform;
  const name = cacheName(key, platform);
  const timer = createTimer(platform);
  let isUnsaved = false;
  const ownerOf = (context: Context | undefined): CacheOwner => ({ key, context, unitHashes });
  const saveNow = async (): Promise<void> => {
    const rules = held();
    if (!isUnsaved || !save || !rules) return;
    isUnsaved = false;
    timer.stop();
    try {
      await save(name, writeCachedRules(rules, ownerOf(rules.context), epochMs() - dataAgeMs()));
    } catch (error) {
      log('warn', `cache: ${String(error)}`);
    }
  };
  return {
    saveNow,
    saveSoon() {
      if (!isUnsaved && save) timer.start(SAVE_INTERVAL_MS, saveNow);
      isUnsaved = true;
    },
    find(load, context) {
      try {
        const text = load(name);
        return text ? readCachedRules(text, ownerOf(context)) : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
