import type { Flag, MakeEvaluator, UnitHashes } from '@tidegate/evaluation/page';
import type { Hello } from '@tidegate/protocol/types';

/**
 * Everything that an SDK needs of the world it runs in. Node and the browser each make one; nothing else in the SDKs
 * reads a clock, draws a number, opens a socket or touches a disk.
 */
export interface Platform {
  readonly sdk: { readonly name: string; readonly version: string };
  /** The wall clock. May jump: used only for what others read (`sentAtMs`, the age of a cached snapshot). */
  epochMs(): number;
  /** Grows steadily from an arbitrary zero: every age, delay and duration is the difference of two of these. */
  monotonicMs(): number;
  /** Uniform in [0, 1). */
  random(): number;
  randomUuid(): string;
  /** Calls back once. A timer keeps the process alive only when it `holdsProcess`: somebody awaits it. */
  after(delayMs: number, callback: () => void, holdsProcess?: boolean): CancelTimer;
  /**
   * Asks the server with the client's key: GET, or POST of a JSON body. Rejects when there is no answer: refused, cut,
   * too large, aborted, or not there within `REQUEST_TIMEOUT_MS`.
   */
  request(path: string, request: HttpRequest): Promise<HttpAnswer>;
  /**
   * One attempt at the stream, which the signal ends; whether and when to try again is the caller's business. Gives what
   * says that a revision was applied.
   */
  openStream(hello: Hello, signal: AbortSignalLike, handlers: StreamHandlers): (appliedRevision: number) => void;
  readonly evaluator: MakeEvaluator;
  /** How snapshots are read and written: `JSON`, or what is sooner with large ones. */
  readonly json: {
    parse(text: string): unknown;
    stringify(snapshot: Readonly<Record<string, unknown>>): string;
  };
  /** The attribute paths of the units that rollouts measure, where there is a quicker way than to read every flag. */
  readonly unitPathsOf?: (flags: readonly Flag[]) => readonly string[];
  /** Both hashes of a unit key (see `UnitHashes`). Remembers the last: one context usually meets several flags in a row. */
  unitHashes(unitKey: string): UnitHashes;
  /**
   * Keeps the last good rules under a name, now or in a while, when they are made into a text; absent where nothing
   * outlives the process. May throw.
   */
  readonly save?: (name: string, makeText: () => string) => void;
  log(level: LogLevel, message: string): void;
}

export type CancelTimer = () => void;

export type LogLevel = 'info' | 'warn' | 'error';

/** How long an answer is awaited. */
export const REQUEST_TIMEOUT_MS = 15_000;

export interface HttpRequest {
  readonly body?: string | undefined;
  /** What is held already, for `If-None-Match`. */
  readonly etag?: string | undefined;
  /** Absent for what nobody gives up: that outlives the page, where there are pages. */
  readonly signal?: AbortSignalLike | undefined;
}

/** The part of `AbortSignal` that is used: this room knows neither Node nor the DOM, and both have it. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: string;
}

/** After `onClose` none of these is called again; after the signal's abort none is listened to. */
export interface StreamHandlers {
  onOpen(): void;
  /** A word of the protocol with whatever came with it, unchecked. */
  onWord(word: string, payload: unknown): void;
  onClose(reason: string): void;
}
