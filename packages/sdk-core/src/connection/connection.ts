import type { Context } from '@tidegate/evaluation/core';
import type { AbortSignalLike, CancelTimer, HttpOutcome, Platform, Stream } from '../platform.ts';
import type { RulesOutcome, RulesStore } from '../rules/rules-store.ts';
import { isBeat, isDelta, isResync, isSnapshot, parseJson } from '../wire/envelope.ts';
import { BEAT_INTERVAL_MS, PROTOCOL_VERSION, SNAPSHOT_PATH } from '../wire/protocol-values.ts';
import { type DelayRange, delayAfter, drawDelayMs, isRefused } from './backoff.ts';

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
  /** The ETag of exactly what is held, or undefined when deltas came since. */
  etag(): string | undefined;
  /** `etag` belongs to the snapshot that the store holds already, from a cache. */
  start(etag?: string): void;
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
  /** Of the snapshot held, and the revision for which it stands: a delta leaves it behind. */
  let etag: string | undefined;
  let etagRevision = 0;

  const enter = (next: ConnectionState): AbortSignalLike => {
    cancelTimer?.();
    attempt.abort();
    attempt = new AbortController();
    state = next;
    return attempt.signal;
  };
  const startTimer = (range: DelayRange, callback: () => void): void => {
    cancelTimer?.();
    cancelTimer = platform.after(drawDelayMs(range, platform), callback);
  };
  const wait = (next: () => void, range: DelayRange): void => {
    enter('waiting');
    startTimer(range, next);
  };
  const need = (): void => void fetchSnapshot('need');
  const poll = (): void => void fetchSnapshot('poll');

  const fetchSnapshot = async (purpose: FetchPurpose): Promise<void> => {
    const signal = enter('fetching');
    const context = options.context();
    const outcome = await request(context, signal);
    if (signal.aborted) return;
    const isTaken = takeAnswer(outcome, context);
    // A listener may have asked for another context.
    if (signal.aborted) return;
    if (isTaken && purpose !== 'poll') {
      openStream();
      return;
    }
    failureCount += 1;
    if (isTaken) wait(openStream, delayAfter(failureCount));
    else wait(purpose === 'need' ? need : openStream, delayAfter(failureCount, outcome, platform.epochMs()));
  };
  const request = (context: Context | undefined, signal: AbortSignalLike): Promise<HttpOutcome> => {
    const known = isHeldFor(context) ? currentEtag() : undefined;
    const headers = {
      authorization: `Bearer ${key}`,
      ...(known && { 'if-none-match': known }),
      ...(context && { 'content-type': 'application/json' }),
    };
    const about = {
      path: SNAPSHOT_PATH,
      headers,
      timeoutMs: SNAPSHOT_TIMEOUT_MS,
      responseBytesMax: SNAPSHOT_BYTES_MAX,
      signal,
    };
    return platform.request(
      context ? { method: 'POST', body: JSON.stringify({ context }), ...about } : { method: 'GET', ...about },
    );
  };
  /** False when the answer was of no use. */
  const takeAnswer = (outcome: HttpOutcome, context: Context | undefined): boolean => {
    if (outcome.kind === 'failed') return fail('unreachable', outcome.message);
    const { status, headers, body } = outcome;
    if (status === 304) {
      store.confirm();
      return report('same');
    }
    if (status !== 200) return fail(isRefused(outcome) ? 'key-refused' : 'unreachable', `status ${status}`);
    const json = parseJson(body);
    if (!isSnapshot(json)) return fail('malformed', `expected a snapshot, got ${body.slice(0, BRIEF_CHARS_MAX)}`);
    const taken = store.takeSnapshot(json, { context, nowMs: platform.monotonicMs() });
    if (!(taken instanceof Error) && taken !== 'older') rememberEtag(headers.get('etag') ?? undefined);
    return report(taken);
  };

  const openStream = (): void => {
    const signal = enter('connecting');
    startTimer(exactly(CONNECT_TIMEOUT_MS), poll);
    const context = options.context();
    const hello = { key, protocol: PROTOCOL_VERSION, sdk: platform.sdk, instance, revision: store.revision() };
    let stream: Stream | undefined;
    const closeStream = (): void => stream?.close();
    signal.addEventListener('abort', closeStream);
    // The handlers may be called before `openStream` has returned.
    stream = platform.openStream(context ? { ...hello, context } : hello, {
      onOpen() {
        if (signal.aborted) return;
        state = 'streaming';
        startTimer(exactly(SILENCE_MAX_MS), poll);
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
          startTimer(exactly(SILENCE_MAX_MS), poll);
          return;
        }
        // It counts as a failure until a beat follows: a server that only ever says `resync` meets growing delays.
        failureCount += 1;
        const withinMs = isResync(payload) ? Math.min(payload.withinMs, RESYNC_WITHIN_MAX_MS) : GAP_WITHIN_MS;
        wait(need, { fromMs: 0, toMs: Math.max(withinMs, delayAfter(failureCount).toMs) });
      },
      onClose() {
        if (signal.aborted) return;
        if (state === 'connecting') return poll();
        failureCount += 1;
        wait(openStream, delayAfter(failureCount));
      },
    });
    if (signal.aborted) closeStream();
  };

  /** False when what came was of no use. */
  const report = (outcome: RulesOutcome): boolean => {
    if (outcome instanceof Error) return fail('malformed', outcome.message);
    if (outcome === 'gap') return false;
    if (outcome !== 'older') options.onConfirmed(outcome);
    return true;
  };
  const fail = (code: ConnectionProblem['code'], message: string): false => {
    options.onFailed({ code, message });
    return false;
  };
  const rememberEtag = (text: string | undefined): void => {
    etag = text;
    etagRevision = store.revision();
  };
  const currentEtag = (): string | undefined => (etagRevision === store.revision() ? etag : undefined);
  /** What is held may still answer for the context before. */
  const isHeldFor = (context: Context | undefined): boolean => {
    const held = store.held();
    return held !== undefined && held.context === context;
  };
  return {
    state: () => state,
    etag: currentEtag,
    start(cachedEtag) {
      rememberEtag(cachedEtag);
      if (state === 'idle') void fetchSnapshot(isHeldFor(options.context()) ? 'refresh' : 'need');
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

function exactly(delayMs: number): DelayRange {
  return { fromMs: delayMs, toMs: delayMs };
}
