import type { Context } from '@tidegate/evaluation';
import type { CancelTimer, Platform, TextCache } from '../platform.ts';
import type { HeldRules } from '../rules/held-rules.ts';
import { type CachedRules, cacheIdentity, readCachedRules, writeCachedRules } from '../rules/rules-cache.ts';
import { PROTOCOL_VERSION } from '../wire/protocol-values.ts';

/**
 * Keeps the last good rules where they outlive the process. Nothing waits for it and nothing depends on it: a cache
 * that cannot be read, or is of another key, is as good as none.
 */
export class CacheKeeper {
  readonly #platform: Platform;
  readonly #cache: TextCache;
  readonly #key: string;
  readonly #contents: () => CacheContents;
  #cancelTimer: CancelTimer | undefined;

  constructor(options: { platform: Platform; cache: TextCache; key: string; contents: () => CacheContents }) {
    this.#platform = options.platform;
    this.#cache = options.cache;
    this.#key = options.key;
    this.#contents = options.contents;
  }

  /** Calls back with what was found, in the same turn where the platform can; undefined when there is nothing. */
  load(context: Context | undefined, callback: (cached: CachedRules | undefined) => void): void {
    let done = false;
    const finish = (text: string | undefined): void => {
      if (done) return;
      done = true;
      cancelTimer();
      callback(text === undefined ? undefined : this.#read(text, context));
    };
    // A disk that hangs must not keep the client from asking the server.
    const cancelTimer = this.#platform.after(LOAD_MAX_MS, () => finish(undefined));
    const loaded = this.#attempt(() => this.#cache.load(this.#name));
    if (loaded instanceof Promise) loaded.then(finish, (error) => finish(this.#warn(error)));
    else finish(loaded);
  }

  /** Saves in a while, together with what changes until then. */
  saveSoon(): void {
    this.#cancelTimer ??= this.#platform.after(SAVE_INTERVAL_MS, () => void this.saveNow());
  }

  /** Never rejects. */
  async saveNow(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const { held, etag, dataAgeMs } = this.#contents();
    if (held === undefined) return;
    const confirmedAtMs = this.#platform.epochMs() - dataAgeMs;
    const identity = cacheIdentity(this.#key, held.context);
    const text = writeCachedRules(held, { identity, etag, confirmedAtMs, protocol: PROTOCOL_VERSION });
    try {
      await this.#cache.save(this.#name, text);
    } catch (error) {
      this.#warn(error);
    }
  }

  /** Whether something waits to be saved. */
  get isDirty(): boolean {
    return this.#cancelTimer !== undefined;
  }

  /** By the key alone, so that a browser keeps one text for whoever used it last. */
  get #name(): string {
    return `tidegate-${cacheIdentity(this.#key, undefined)}`;
  }

  #read(text: string, context: Context | undefined): CachedRules | undefined {
    const cached = readCachedRules(text, cacheIdentity(this.#key, context));
    if (cached.kind === 'parsed') return cached.value;
    this.#platform.log('info', `the cached flags are ignored: ${cached.why}`);
    return undefined;
  }

  #attempt<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      return this.#warn(error);
    }
  }

  #warn(error: unknown): undefined {
    this.#platform.log('warn', `the cache of flags does not work: ${String(error)}`);
  }
}

export interface CacheContents {
  readonly held: HeldRules | undefined;
  readonly etag: string | undefined;
  readonly dataAgeMs: number;
}

const LOAD_MAX_MS = 1_000;
/** Writing ten thousand flags takes tens of milliseconds: not at each change of a busy afternoon. */
const SAVE_INTERVAL_MS = 5_000;
