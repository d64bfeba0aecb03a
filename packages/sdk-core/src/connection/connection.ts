import type { AbortSignalLike, Platform } from '../platform.ts';
import type { RulesOutcome, RulesStore } from '../rules/rules-store.ts';
import { createTimer } from '../timer.ts';
import { readBeat, readDelta, readSnapshot } from '../wire/envelope.ts';
import { BEAT_INTERVAL_MS, PROTOCOL_VERSION, SNAPSHOT_PATH } from '../wire/protocol-values.ts';
import { attemptRequest, type HttpOutcome, tellOutcome } from './attempt-request.ts';
import { isRefused } from './backoff.ts';

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
  close(): void;
}

export type ConnectionState = 'idle' | 'fetching' | 'connecting' | 'streaming' | 'waiting' | 'closed';

export interface ConnectionOptions {
  readonly platform: Platform;
  readonly store: RulesStore;
  readonly key: string;
  readonly instance: string;
  /** The server said that what is held now is current. */
  readonly onConfirmed: () => void;
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
/** A gap that the client found by itself: most likely others found it too, so not all at once. */
const GAP_WITHIN_MS = 1_000;
/** No word may send an SDK away for longer. */
const RESYNC_WITHIN_MAX_MS = 60_000;

/** Node and the browser have the same one. */
declare const AbortController: new () => { readonly signal: AbortSignalLike; abort(): void };

export function createConnection(options: ConnectionOptions): Connection {
  const { platform, store, key, instance, onConfirmed, onFailed } = options;
  let state: ConnectionState = 'idle';
  let attempt = new AbortController();
  /** Only a stream that carried something ends a row of failures: one that opens and breaks keeps backing off. */
  const timer = createTimer(platform);

  const enter = (next: ConnectionState): AbortSignalLike => {
    attempt.abort();
    attempt = new AbortController();
    timer.stop();
    state = next;
    return attempt.signal;
  };
  const retry = (next: () => void, outcome?: HttpOutcome, withinMs?: number): void => {
    enter('waiting');
    timer.retry(next, outcome, withinMs);
  };
  /** False when what came was of no use. */
  const take = (read: () => RulesOutcome): boolean => {
    let outcome: RulesOutcome;
    try {
      outcome = read();
    } catch (error) {
      return fail('malformed', String(error));
    }
    if (outcome === 'taken' || outcome === 'same') onConfirmed();
    return outcome !== 'gap';
  };
  const fail = (code: ConnectionProblem['code'], message: string): false => {
    onFailed({ code, message });
    return false;
  };

  const fetchSnapshot = async (purpose: FetchPurpose): Promise<void> => {
    const signal = enter('fetching');
    const outcome = await attemptRequest(platform, SNAPSHOT_PATH, () => ({ etag: store.held()?.etag, signal }));
    if (signal.aborted) return;
    const isTaken = takeAnswer(outcome);
    // A listener may have closed the client.
    if (signal.aborted) return;
    if (isTaken && purpose !== 'poll') openStream();
    else retry(isTaken || purpose !== 'need' ? openStream : need, isTaken ? undefined : outcome);
  };
  const need = (): void => void fetchSnapshot('need');
  const poll = (): void => void fetchSnapshot('poll');
  const takeAnswer = (outcome: HttpOutcome): boolean => {
    const { status, headers, body } = outcome;
    if (status === 304) return take(store.confirm);
    if (status !== 200) return fail(isRefused(outcome) ? 'key-refused' : 'unreachable', tellOutcome(outcome));
    const etag = headers?.get('etag') ?? undefined;
    return take(() => store.takeSnapshot(readSnapshot(platform.json.parse(body)), etag, platform.monotonicMs()));
  };

  const openStream = (): void => {
    const signal = enter('connecting');
    timer.start(CONNECT_TIMEOUT_MS, poll);
    const hello = { key, protocol: PROTOCOL_VERSION, sdk: platform.sdk, instance, revision: store.revision() };
    const sendApplied = platform.openStream(hello, signal, {
      onOpen() {
        if (signal.aborted) return;
        state = 'streaming';
        timer.start(SILENCE_MAX_MS, poll);
      },
      onWord(word, payload) {
        if (signal.aborted || state !== 'streaming') return;
        const isTaken = take(() => {
          const outcome = takeWord(store, word, payload);
          // First of all: a kill counts as arrived when the server knows that it did.
          if (outcome === 'taken') sendApplied(store.revision());
          return outcome;
        });
        if (signal.aborted) return;
        if (isTaken) {
          timer.succeed();
          timer.start(SILENCE_MAX_MS, poll);
          return;
        }
        // A failure until a beat follows: a server that only ever says `resync` meets growing delays.
        retry(need, undefined, withinMsOf(payload));
      },
      onClose() {
        if (signal.aborted) return;
        if (state === 'connecting') poll();
        else retry(openStream);
      },
    });
  };

  return {
    state: () => state,
    start() {
      if (state === 'idle') void fetchSnapshot(store.held() ? 'refresh' : 'need');
    },
    close: () => void enter('closed'),
  };
}

/** What only a newer server says changes nothing. */
function takeWord(store: RulesStore, word: string, payload: unknown): RulesOutcome {
  if (word === 'delta') return store.takeDelta(readDelta(payload));
  if (word === 'beat') return store.takeBeat(readBeat(payload));
  return word === 'resync' ? 'gap' : 'older';
}

/** `resync` says over which time its clients are to spread; any other word was a gap. */
function withinMsOf(payload: unknown): number {
  // What it is, is seen by what comes out.
  const { withinMs } = Object(payload) as { readonly withinMs?: unknown };
  return Math.min(Number(withinMs) || GAP_WITHIN_MS, RESYNC_WITHIN_MAX_MS);
}
