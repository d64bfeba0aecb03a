import { randomUUID } from 'node:crypto';
import type { LogLevel, Platform } from '@tidegate/sdk-core';
import {
  readDocuments,
  rulesEvaluator,
  unitHashes,
  unitPathsOfText,
  writeDocuments,
} from '@tidegate/sdk-core/complete';
import { openStream } from './open-stream.ts';
import { sendRequest } from './send-request.ts';
import { SDK } from './version.ts';

export interface NodePlatformOptions {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly key: string;
  readonly logger: Logger;
}

/** Where the SDK's few lines go; `console` is one, and so is a pino logger. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** What a timer holds; a longer delay would fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export const systemEpochMs = Date.now;

/** Node, as the SDK sees it: the only file here that reads a clock, draws a number or sets a timer. */
export function nodePlatform({ baseUrl, key, logger }: NodePlatformOptions): Platform {
  return {
    sdk: SDK,
    evaluator: rulesEvaluator,
    unitHashes,
    unitPathsOf: unitPathsOfText,
    json: { parse: readDocuments, stringify: writeDocuments },
    epochMs: systemEpochMs,
    monotonicMs: () => performance.now(),
    random: Math.random,
    randomUuid: randomUUID,
    after(delayMs, callback, holdsProcess) {
      const timer = setTimeout(callback, Math.min(delayMs, TIMER_MAX_MS));
      if (!holdsProcess) timer.unref();
      return () => clearTimeout(timer);
    },
    request: (path, request) => sendRequest(baseUrl + path, key, request),
    openStream: (...asked) => openStream(baseUrl, ...asked),
    log: (level: LogLevel, message: string) => logger[level](`tidegate: ${message}`),
  };
}

/** Warnings and errors to standard error; an application that wants the rest gives its own logger. */
export const consoleLogger: Logger = {
  info: () => undefined,
  warn: (message) => writeLine(message),
  error: (message) => writeLine(message),
};

function writeLine(message: string): void {
  process.stderr.write(`${message}\n`);
}
