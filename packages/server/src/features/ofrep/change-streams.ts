import type { ServerResponse } from 'node:http';
import type { OfrepRefetch } from '@tidegate/protocol';
import { etagOf } from '../../http/etag.ts';
import type { Platform } from '../../platform.ts';
import type { KeyKind } from '../../stream/gateway.ts';
import type { VisibleChange } from './visible-changes.ts';

/** The first of many changes is told at once, the others together: each makes every client ask for everything anew. */
const TELL_PAUSE_MS = 500;
/** What waits for a client that does not read is memory: a message has some 150 bytes, so it has missed a hundred. */
const UNREAD_BYTES_MAX = 16_000;
/** Some 10 KB of memory and one file handle each. */
const STREAMS_MAX = 10_000;
/** Clients of a server that went away come back spread over this time. */
const RETRY_BASE_MS = 1_000;
const RETRY_SPREAD_MS = 4_000;

/** Who listens, and what they have seen. */
export interface Listener {
  readonly environment: string;
  readonly keyKind: KeyKind;
  readonly keyId: string;
  readonly seenRevision: number | undefined;
}

interface OpenStream extends Listener {
  readonly response: ServerResponse;
}

/**
 * Streams of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) that say nothing but
 * "ask again". Each message carries the revision as its id, so that a client which comes back says what it has seen,
 * and one that missed something is told at once.
 */
export class ChangeStreams {
  readonly #platform: Pick<Platform, 'after' | 'randomBytes'>;
  readonly #channels = new Map<string, Channel>();
  #count = 0;
  #isEnding = false;

  constructor(platform: Pick<Platform, 'after' | 'randomBytes'>) {
    this.#platform = platform;
  }

  get takesMore(): boolean {
    return !this.#isEnding && this.#count < STREAMS_MAX;
  }

  /** Takes over a response whose head has been sent. */
  open(response: ServerResponse, listener: Listener, current: VisibleChange): void {
    // A client that left while its ticket was looked at will not leave again.
    if (response.destroyed) return;
    const stream: OpenStream = { ...listener, response };
    const channel = this.#channelOf(listener);
    channel.streams.add(stream);
    this.#count += 1;
    response.once('close', () => {
      this.#count -= 1;
      channel.streams.delete(stream);
      if (channel.streams.size === 0) this.#channels.delete(nameOf(listener));
    });
    response.write(`retry: ${this.#retryMs()}\nid: ${current.revision}\n\n`);
    if (listener.seenRevision !== current.revision) write(stream, messageOf(current));
  }

  tell(environment: string, keyKind: KeyKind, change: VisibleChange): void {
    this.#channels.get(nameOf({ environment, keyKind }))?.tell(change);
  }

  /** Says to proxies in between that the line is in use, and ends the streams of those who take nothing. */
  keepAlive(): void {
    for (const stream of this.#all()) write(stream, ':\n\n');
  }

  keyIds(): ReadonlySet<string> {
    return new Set([...this.#all()].map(({ keyId }) => keyId));
  }

  endThoseOf(keyId: string): void {
    for (const stream of this.#all()) if (stream.keyId === keyId) stream.response.end();
  }

  /** For good: what comes back now would hold up the stop. */
  endAll(): void {
    this.#isEnding = true;
    for (const { response } of this.#all()) response.end();
  }

  *#all(): Generator<OpenStream> {
    for (const { streams } of this.#channels.values()) yield* streams;
  }

  #channelOf(listener: Listener): Channel {
    const name = nameOf(listener);
    const known = this.#channels.get(name);
    if (known !== undefined) return known;
    const channel = new Channel(this.#platform);
    this.#channels.set(name, channel);
    return channel;
  }

  #retryMs(): number {
    const [high = 0, low = 0] = this.#platform.randomBytes(2);
    return RETRY_BASE_MS + (((high << 8) | low) % RETRY_SPREAD_MS);
  }
}

/** All who are told of the same changes, and how long ago they were. */
class Channel {
  readonly streams = new Set<OpenStream>();
  readonly #platform: Pick<Platform, 'after'>;
  #isPausing = false;
  #untold: VisibleChange | undefined;

  constructor(platform: Pick<Platform, 'after'>) {
    this.#platform = platform;
  }

  tell(change: VisibleChange): void {
    this.#untold = change;
    if (!this.#isPausing) this.#tellNow();
  }

  #tellNow(): void {
    if (this.#untold === undefined) return;
    const message = messageOf(this.#untold);
    this.#untold = undefined;
    for (const stream of this.streams) write(stream, message);
    this.#isPausing = true;
    this.#platform.after(TELL_PAUSE_MS, () => {
      this.#isPausing = false;
      this.#tellNow();
    });
  }
}

function write({ response }: OpenStream, text: string): void {
  if (response.writableLength > UNREAD_BYTES_MAX) response.destroy();
  else response.write(text);
}

function messageOf({ revision, atMs }: VisibleChange): string {
  const data: OfrepRefetch = {
    type: 'refetchEvaluation',
    etag: etagOf(revision),
    lastModified: new Date(atMs).toISOString(),
  };
  return `event: message\nid: ${revision}\ndata: ${JSON.stringify(data)}\n\n`;
}

function nameOf({ environment, keyKind }: Pick<Listener, 'environment' | 'keyKind'>): string {
  return `${keyKind}:${environment}`;
}
