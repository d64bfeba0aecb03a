import type { Context } from '@tidegate/evaluation/page';
import type { AbortSignalLike, CancelTimer, HttpOutcome, Platform, Stream } from '../platform.ts';
import type { RulesOutcome, RulesStore } from '../rules/rules-store.ts';
import { isBeat, isDelta, isResync, isSnapshot, parseJson } from '../wire/envelope.ts';
import { BEAT_INTERVAL_MS, PROTOCOL_VERSION, SNAPSHOT_PATH } from '../wire/protocol-values.ts';
import { attemptRequest } from './attempt-request.ts';
import { drawDelayMs, isRefused } from './backoff.ts';

/**
 * The line to the server. One attempt is in flight at a time, whichever state it is:
 *
 *     idle ─▶ fetching ─▶ connecting ─▶ streaming
 *                ▲  │          │            │
 *                │  ▼          ▼ poll       │ closed, silent, or a gap
 *                └─ waiting ◀─ fetching ◀───┘
 *
 * Entering a state ends the attempt and the timer of the state before: what they still bring is not listened to. There
 * is no state for "gave up": only `close` ends it. While the stream cannot be had, every round still fetches the
 * snapshot, over plain HTTP: that is the polling fallback. What comes goes into the store, which keeps good rules
 * whatever it is; a stream whose words do not fit together is left for a snapshot.
 */
export interface Connection {
  state(): ConnectionState;
  start(): void;
  /** A browser asks for another context: everything held answers for the old one. */
  contextChanged(): void;
  close(): void;
}

export type ConnectionState = 'idle' | 'fetching' | 'connecting' | 'streaming' | 'waiting' | 'closed';

export interface ConnectionOptions {
  readonly platform: Platform;
  readonly store: RulesStore;
  readonly key: string;
  readonly instance: string;
  /** Whom a browser wants values for, at this moment; undefined for a server key. */
  readonly context: () => Context | undefined;
  /** The server said that what is held now is current. */
  readonly onConfirmed: (outcome: RulesOutcome) => void;
  readonly onFailed: (problem: ConnectionProblem) => void;
}

export interface ConnectionProblem {
  readonly code: 'key-refused' | 'unreachable' | 'malformed';
  readonly message: string;
}

/**
 * `need`: there is nothing that a stream could continue from. `refresh`: a cached snapshot wants to be confirmed, but
 * a stream could do that too. `poll`: the stream could not be had just now.
 */
type FetchPurpose = 'need' | 'refresh' | 'poll';

/** Three beats lost in a row are a dead line, not a slow one. */
export const SILENCE_MAX_MS = 3 * BEAT_INTERVAL_MS;
/** A handshake that takes longer is not worth waiting for: a snapshot by plain HTTP may come through meanwhile. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** Of 10 000 flags with rules, about ten times over. A larger answer is a mistake, not a configuration. */
const SNAPSHOT_BYTES_MAX = 100_000_000;
const SNAPSHOT_TIMEOUT_MS = 15_000;
/** A gap that the client found by itself: most likely others found it too, so not all at once. */
const GAP_WITHIN_MS = 1_000;
/** No word may send an SDK away for longer. */
const RESYNC_WITHIN_MAX_MS = 60_000;

/** Node and the browser have the same one. */
declare const AbortController: new () => { readonly signal: AbortSignalLike; abort(): void };

export function createConnection(options: ConnectionOptions): Connection {
  const { platform, store, key, instance } = options;
  let state: ConnectionState = 'idle';
  let attempt = new AbortController();
  let cancelTimer: CancelTimer | undefined;
  /** In a row. Only a stream that carried something ends it: one that opens and breaks keeps backing off. */
  let failureCount = 0;

  const enter = (next: ConnectionState): AbortSignalLike => {
    attempt.abort();
    attempt = new AbortController();
    cancelTimer?.();
    state = next;
    return attempt.signal;
  };
  const startTimer = (delayMs: number, callback: () => void): void => {
    cancelTimer?.();
    cancelTimer = platform.after(delayMs, callback);
  };
  /** At least as spread as `withinMs`. */
  const retry = (next: () => void, outcome?: HttpOutcome, withinMs = 0): void => {
    failureCount += 1;
    enter('waiting');
    startTimer(Math.max(withinMs * platform.random(), drawDelayMs(platform, failureCount, outcome)), next);
  };
  /** False when what came was of no use. */
  const report = (outcome: RulesOutcome | ConnectionProblem): boolean => {
    if (outcome instanceof Error) return report({ code: 'malformed', message: outcome.message });
    if (typeof outcome === 'object' && 'code' in outcome) options.onFailed(outcome);
    else if (outcome !== 'gap') {
      if (outcome !== 'older') options.onConfirmed(outcome);
      return true;
    }
    return false;
  };

  const fetchSnapshot = async (purpose: FetchPurpose): Promise<void> => {
    const signal = enter('fetching');
    const context = options.context();
    const held = store.held();
    // What is held may still answer for the context before.
    const etag = held?.context === context ? held?.etag : undefined;
    const outcome = await attemptRequest(platform, () => ({
      method: context ? 'POST' : 'GET',
      path: SNAPSHOT_PATH,
      headers: {
        authorization: `Bearer ${key}`,
        ...(etag && { 'if-none-match': etag }),
        ...(context && { 'content-type': 'application/json' }),
      },
      ...(context && { body: JSON.stringify({ context }) }),
      timeoutMs: SNAPSHOT_TIMEOUT_MS,
      responseBytesMax: SNAPSHOT_BYTES_MAX,
      signal,
    }));
    if (signal.aborted) return;
    const isTaken = report(takeAnswer(outcome, context));
    // A listener may have asked for another context.
    if (signal.aborted) return;
    if (isTaken && purpose !== 'poll') openStream();
    else retry(!isTaken && purpose === 'need' ? need : openStream, isTaken ? undefined : outcome);
  };
  const need = (): void => void fetchSnapshot('need');
  const poll = (): void => void fetchSnapshot('poll');
  const takeAnswer = (outcome: HttpOutcome, context: Context | undefined): RulesOutcome | ConnectionProblem => {
    if (outcome.kind === 'failed') return { code: 'unreachable', message: outcome.message };
    const { status, headers, body } = outcome;
    if (status === 304) return store.confirm();
    const code = isRefused(outcome) ? 'key-refused' : 'unreachable';
    if (status !== 200) return { code, message: `status ${status}` };
    const json = parseJson(body);
    if (!isSnapshot(json)) return new Error(`expected a snapshot, got ${body.slice(0, BRIEF_CHARS_MAX)}`);
    return store.takeSnapshot(json, { context, etag: headers.get('etag') ?? undefined, nowMs: platform.monotonicMs() });
  };

  const openStream = (): void => {
    const signal = enter('connecting');
    startTimer(CONNECT_TIMEOUT_MS, poll);
    const context = options.context();
    let stream: Stream | undefined;
    const closeStream = (): void => stream?.close();
    signal.addEventListener('abort', closeStream);
    const hello = { key, protocol: PROTOCOL_VERSION, sdk: platform.sdk, instance, revision: store.revision() };
    // The handlers may be called before `openStream` has returned.
    stream = platform.openStream(context ? { ...hello, context } : hello, {
      onOpen() {
        if (signal.aborted) return;
        state = 'streaming';
        startTimer(SILENCE_MAX_MS, poll);
      },
      onWord(word, payload) {
        if (signal.aborted || state !== 'streaming') return;
        const revisionBefore = store.revision();
        const outcome = takeWord(store, word, payload);
        // First of all: a kill counts as arrived when the server knows that it did.
        if (store.revision() !== revisionBefore) stream?.sendApplied(store.revision());
        if (outcome === undefined) return;
        const isTaken = report(outcome);
        if (signal.aborted) return;
        if (isTaken) {
          failureCount = 0;
          startTimer(SILENCE_MAX_MS, poll);
          return;
        }
        // A failure until a beat follows: a server that only ever says `resync` meets growing delays.
        const withinMs = isResync(payload) ? Math.min(payload.withinMs, RESYNC_WITHIN_MAX_MS) : GAP_WITHIN_MS;
        retry(need, undefined, withinMs);
      },
      onClose() {
        if (signal.aborted) return;
        if (state === 'connecting') poll();
        else retry(openStream);
      },
    });
    if (signal.aborted) closeStream();
  };

  return {
    state: () => state,
    start() {
      if (state !== 'idle') return;
      const held = store.held();
      const isHeld = held !== undefined && held.context === options.context();
      void fetchSnapshot(isHeld ? 'refresh' : 'need');
    },
    contextChanged() {
      if (state === 'idle' || state === 'closed') return;
      failureCount = 0;
      need();
    },
    close: () => void enter('closed'),
  };
}

/** Enough to recognise a proxy's error page by, never enough to fill a log. */
const BRIEF_CHARS_MAX = 60;

/** Undefined for a word that only a newer server says. */
function takeWord(store: RulesStore, word: string, payload: unknown): RulesOutcome | undefined {
  if (word === 'delta') return isDelta(payload) ? store.takeDelta(payload) : new Error('malformed delta');
  if (word === 'beat') return isBeat(payload) ? store.takeBeat(payload) : new Error('malformed beat');
  return word === 'resync' ? 'gap' : undefined;
}
