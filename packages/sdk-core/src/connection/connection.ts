import type { Context } from '@tidegate/evaluation';
import type { CancelTimer, Platform, Stream } from '../platform.ts';
import type { RulesStore } from '../rules/rules-store.ts';
import { PROTOCOL_VERSION } from '../wire/protocol-values.ts';
import { drawDelayMs } from './backoff.ts';
import type { ConnectionEffect, ConnectionEvent, ConnectionState, DelayRange } from './connection-state.ts';
import { fetchSnapshot, type SnapshotAnswer } from './fetch-snapshot.ts';
import { type Confirmation, type ConnectionProblem, type Reception, receiveAnswer, receiveWord } from './reception.ts';
import { transition } from './transition.ts';

/**
 * Performs what `transition` says: requests, the stream, one timer. What an attempt brings goes into the store, and
 * what came of it back into the state machine. An attempt that was given up is not listened to any more.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #platform: Platform;
  readonly #store: RulesStore;
  #state: ConnectionState = { kind: 'idle' };
  #cancelTimer: CancelTimer | undefined;
  #fetch: Fetch | undefined;
  #stream: Stream | undefined;
  /** The attempt at a stream that is listened to. Handlers may be called before `openStream` has returned. */
  #line = { isCurrent: false };
  /** The ETag of the snapshot held, and the revision for which it stands: a delta leaves it behind. */
  #etag: { readonly text: string; readonly revision: number } | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#platform = options.platform;
    this.#store = options.store;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The ETag of exactly what is held, or undefined when deltas came since. */
  get etag(): string | undefined {
    return this.#etag?.revision === this.#store.revision ? this.#etag.text : undefined;
  }

  /** `etag` belongs to the snapshot that the store holds already, from a cache. */
  start(etag?: string): void {
    this.#rememberEtag(etag);
    this.#dispatch({ kind: 'started', held: this.#isHeldFor(this.#options.context()) });
  }

  contextChanged(): void {
    this.#dispatch({ kind: 'contextChanged' });
  }

  close(): void {
    this.#dispatch({ kind: 'closed' });
  }

  #dispatch(event: ConnectionEvent): void {
    const before = this.#state;
    const { state, effects } = transition(before, event);
    if (state !== before) this.#stopTimer();
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    if (before.kind === 'streaming' && (state.kind === 'waiting' || state.kind === 'fetching')) {
      this.#platform.log('info', `the stream was left (${event.kind}); held is revision ${this.#store.revision}`);
    }
  }

  #perform(effect: ConnectionEffect): void {
    switch (effect.kind) {
      case 'fetchSnapshot':
        this.#startFetch();
        break;
      case 'abortFetch':
        this.#fetch?.abort();
        this.#fetch = undefined;
        break;
      case 'openStream':
        this.#openStream();
        break;
      case 'closeStream':
        this.#closeStream();
        break;
      case 'startTimer':
        this.#startTimer(effect.range);
        break;
      default:
        throw effect satisfies never;
    }
  }

  #startFetch(): void {
    const fetch = new Fetch();
    this.#fetch = fetch;
    const context = this.#options.context();
    const etag = this.#isHeldFor(context) ? this.etag : undefined;
    fetchSnapshot(this.#platform, { key: this.#options.key, context, etag, signal: fetch })
      // A fault of ours, and no reason to end the application.
      .catch((error): SnapshotAnswer => ({ kind: 'failed', why: String(error), refused: false }))
      .then((answer) => {
        if (fetch !== this.#fetch) return;
        this.#fetch = undefined;
        const reception = receiveAnswer(this.#store, answer, { context, nowMs: this.#platform.monotonicMs() });
        if (answer.kind === 'snapshot' && reception.confirmation !== undefined) this.#rememberEtag(answer.etag);
        this.#take(reception);
      });
  }

  /** What is held may still answer for the context before. */
  #isHeldFor(context: Context | undefined): boolean {
    return this.#store.held !== undefined && this.#store.held.context === context;
  }

  #rememberEtag(etag: string | undefined): void {
    this.#etag = etag === undefined ? undefined : { text: etag, revision: this.#store.revision };
  }

  #openStream(): void {
    const { key, instance } = this.#options;
    const context = this.#options.context();
    const hello = {
      key,
      protocol: PROTOCOL_VERSION,
      sdk: this.#platform.sdk,
      instance,
      revision: this.#store.revision,
      ...(context === undefined ? {} : { context }),
    };
    const line = { isCurrent: true };
    this.#line = line;
    const stream = this.#platform.openStream(hello, {
      onOpen: () => line.isCurrent && this.#dispatch({ kind: 'streamOpened' }),
      onWord: (word, payload) => line.isCurrent && this.#takeWord(word, payload),
      onClose: () => {
        if (!line.isCurrent) return;
        line.isCurrent = false;
        this.#stream = undefined;
        this.#dispatch({ kind: 'streamClosed' });
      },
    });
    if (line.isCurrent) this.#stream = stream;
    else stream.close();
  }

  #takeWord(word: string, payload: unknown): void {
    const revisionBefore = this.#store.revision;
    const reception = receiveWord(this.#store, word, payload);
    // First of all: a kill counts as arrived when the server knows that it did.
    if (this.#store.revision !== revisionBefore) this.#stream?.sendApplied(this.#store.revision);
    if (reception !== undefined) this.#take(reception);
  }

  #take({ event, confirmation, problem }: Reception): void {
    if (problem !== undefined) this.#options.onFailed(problem);
    if (confirmation !== undefined) this.#options.onConfirmed(confirmation);
    this.#dispatch(event);
  }

  #closeStream(): void {
    this.#line.isCurrent = false;
    this.#stream?.close();
    this.#stream = undefined;
  }

  #startTimer(range: DelayRange): void {
    this.#stopTimer();
    const delayMs = drawDelayMs(range, () => this.#platform.random());
    this.#cancelTimer = this.#platform.after(delayMs, () => this.#dispatch({ kind: 'timerFired' }));
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}

export interface ConnectionOptions {
  readonly platform: Platform;
  readonly store: RulesStore;
  readonly key: string;
  readonly instance: string;
  /** Whom a browser wants values for, at this moment; undefined for a server key. */
  readonly context: () => Context | undefined;
  readonly onConfirmed: (confirmation: Confirmation) => void;
  readonly onFailed: (problem: ConnectionProblem) => void;
}

/** The part of an AbortController that is used: this room knows neither Node nor the DOM. */
class Fetch {
  aborted = false;
  readonly #listeners: (() => void)[] = [];

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.push(listener);
  }

  abort(): void {
    this.aborted = true;
    for (const listener of this.#listeners) listener();
  }
}
