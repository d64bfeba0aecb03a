import { type Platform, pageEvaluator, pageUnitHashes } from '@tidegate/sdk-core';
import { openStream } from './open-stream.ts';
import { sendRequest } from './send-request.ts';
import { SDK } from './version.ts';

export interface BrowserPlatformOptions {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly key: string;
  readonly cache: boolean;
  readonly logger: Logger;
}

/** Where the SDK's few lines go. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** What a timer holds; a longer delay would fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** A page, as the SDK sees it: the only file here that reads a clock, draws a number or sets a timer. */
export function browserPlatform({ baseUrl, key, cache, logger }: BrowserPlatformOptions): Platform {
  return {
    sdk: SDK,
    evaluator: pageEvaluator,
    unitHashes: pageUnitHashes,
    json: JSON,
    epochMs: Date.now,
    monotonicMs: () => performance.now(),
    random: Math.random,
    randomUuid,
    after(delayMs, callback) {
      const timer = setTimeout(callback, Math.min(delayMs, TIMER_MAX_MS));
      return () => clearTimeout(timer);
    },
    // A chunk of its own. Some browsers remember that a module could not be loaded until the page is: asking again is in
    // vain there, and the flags that need it answer PARSE_ERROR as long.
    loadEvaluator: async () => (await import('@tidegate/sdk-core/words')).rulesEvaluator,
    request: (path, request) => sendRequest(baseUrl + path, key, request),
    // http becomes ws, and https becomes wss.
    openStream: (...asked) => openStream(baseUrl.replace('http', 'ws'), ...asked),
    // Throws where a page may not write, or nothing more: the core expects both.
    ...(cache && { save: (name, makeText) => localStorage.setItem(name, makeText()) }),
    log: (level, message) => logger[level](`tidegate: ${message}`),
  };
}

/** What `save` kept. Throws where a page may not read. */
export function loadCached(name: string): string | null {
  return localStorage.getItem(name);
}

/** A page has no other place for its warnings, and may bring its own logger. */
export const consoleLogger: Logger = console;

/** RFC 9562 version 4, with 120 random bits. `crypto.randomUUID` is missing on pages that do not come over https. */
function randomUuid(): string {
  const [...bytes] = crypto.getRandomValues(new Uint8Array(30));
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => (Number(bytes.pop()) & 15).toString(16));
}
