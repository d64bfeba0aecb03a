import { type Flag, rulesEvaluator, type Segment, unitHashes } from '@tidegate/evaluation';
import type { Delta, DeltaChange, EventBatch, Hello, Snapshot } from '@tidegate/protocol/types';
import { type ManualTime, manualTime } from './manual-time.ts';
import { seededRandom } from './seeded-random.ts';

/**
 * A server as an SDK sees it, in memory: snapshots, a stream, and a book of every event that it counted, under a time
 * that the test moves. `faults` stand between the two; without them everything arrives at once.
 */
export class InMemoryWire {
  readonly time: ManualTime = manualTime();
  /** What the server would have counted: each (instance, seq) once, in the order in which they first came. */
  readonly batches: EventBatch[] = [];
  readonly requests: WireRequest[] = [];
  readonly streams: InMemoryStream[] = [];
  readonly applied: number[] = [];
  readonly logs: string[] = [];
  faults: WireFaults = {};
  environment = 'default/production';
  #revision = 1;
  readonly #flags = new Map<string, Flag>();
  readonly #segments = new Map<string, Segment>();
  readonly #deltas: Delta[] = [];
  readonly #highestSeqs = new Map<string, number>();

  get revision(): number {
    return this.#revision;
  }

  get openStreams(): readonly InMemoryStream[] {
    return this.streams.filter((stream) => stream.isOpen);
  }

  /** What is there before any SDK comes, or after a restore from a backup: no delta leads to it. */
  seed(documents: { flags?: readonly Flag[]; segments?: readonly Segment[]; revision?: number }): this {
    this.#deltas.length = 0;
    for (const flag of documents.flags ?? []) this.#flags.set(flag.key, flag);
    for (const segment of documents.segments ?? []) this.#segments.set(segment.key, segment);
    this.#revision = documents.revision ?? this.#revision;
    return this;
  }

  /** One change: the next revision, told to every open stream. */
  publish(...changes: readonly DeltaChange[]): Delta {
    const delta = this.changeSilently(...changes);
    for (const stream of this.openStreams) stream.say('delta', delta);
    return delta;
  }

  /** One change that no stream tells. */
  changeSilently(...changes: readonly DeltaChange[]): Delta {
    for (const change of changes) {
      if (change.kind === 'flag') put(this.#flags, change.key, change.document);
      else put(this.#segments, change.key, change.document);
    }
    this.#revision += 1;
    const delta: Delta = { fromRevision: this.#revision - 1, revision: this.#revision, changes };
    this.#deltas.push(delta);
    return delta;
  }

  beat(): void {
    for (const stream of this.openStreams)
      stream.say('beat', { revision: this.#revision, sentAtMs: this.time.nowMs() });
  }

  snapshot(): Snapshot {
    const [flags, segments] = [[...this.#flags.values()], [...this.#segments.values()]];
    return { protocol: 1, environment: this.environment, revision: this.#revision, flags, segments };
  }

  /** A platform for one SDK on this wire. */
  platform(options: { seed?: number } = {}) {
    const random = seededRandom(options.seed ?? 1);
    let uuidCount = 0;
    return {
      sdk: { name: 'in-memory', version: '0.0.0' },
      evaluator: rulesEvaluator,
      unitHashes,
      json: JSON,
      epochMs: () => EPOCH_MS + this.time.nowMs(),
      monotonicMs: () => this.time.nowMs(),
      random: random.next,
      randomUuid: () => `00000000-0000-4000-8000-${String(++uuidCount).padStart(12, '0')}`,
      after: (delayMs: number, callback: () => void) => this.time.after(delayMs, callback),
      request: async (path: string, { body, etag }: { body?: string | undefined; etag?: string | undefined }) => {
        const headers: Record<string, string> = etag === undefined ? {} : { 'if-none-match': etag };
        const outcome = await this.#answer({ method: body ? 'POST' : 'GET', path, headers, ...(body && { body }) });
        return outcome.kind === 'answered' ? outcome : Promise.reject(outcome.message);
      },
      openStream: (hello: Hello, signal: WireSignal, handlers: WireStreamHandlers) => {
        const stream = this.#open(hello, handlers);
        signal.addEventListener('abort', () => stream.close());
        return (revision: number) => stream.sendApplied(revision);
      },
      log: (level: string, message: string) => void this.logs.push(`${level} ${message}`),
    };
  }

  async #answer(request: WireRequest): Promise<WireOutcome> {
    this.requests.push(request);
    const fault = this.faults.answer?.(request);
    if (fault !== undefined) return fault;
    return request.path === '/sdk/v1/events' ? this.#acknowledge(request) : this.#answerSnapshot(request);
  }

  #answerSnapshot(request: WireRequest): WireOutcome {
    const etag = `"${this.environment}@${this.#revision}"`;
    if (request.headers['if-none-match'] === etag) return answered(304, '', { etag });
    return answered(200, JSON.stringify(this.snapshot()), { etag });
  }

  /** As the server does it: higher numbers count, others are repeats. */
  #acknowledge(request: WireRequest): WireOutcome {
    const batch = this.count(request);
    return answered(200, JSON.stringify({ acknowledgedSeq: batch.seq }));
  }

  /** Counts the batch of a request without answering: what a lost answer leaves behind. */
  count(request: WireRequest): EventBatch {
    const batch = batchOf(request);
    if (!this.hasCounted(request)) {
      this.#highestSeqs.set(batch.instance, batch.seq);
      this.batches.push(batch);
    }
    return batch;
  }

  hasCounted(request: WireRequest): boolean {
    const { instance, seq } = batchOf(request);
    return seq <= (this.#highestSeqs.get(instance) ?? 0);
  }

  #open(hello: Hello, handlers: WireStreamHandlers): InMemoryStream {
    const stream = new InMemoryStream(hello, handlers, (revision) => this.applied.push(revision));
    this.streams.push(stream);
    this.time.after(0, () => {
      if (this.faults.refuseStreams) stream.lose();
      else if (!this.faults.hangStreams) this.#welcome(stream);
    });
    return stream;
  }

  /** The deltas since the client's revision, or `resync` when they are not at hand; then a beat. */
  #welcome(stream: InMemoryStream): void {
    stream.open();
    const missed = this.#deltas.filter((delta) => delta.fromRevision >= stream.hello.revision);
    if (stream.hello.revision === this.#revision || missed[0]?.fromRevision === stream.hello.revision) {
      for (const delta of missed) stream.say('delta', delta);
    } else stream.say('resync', { revision: this.#revision, withinMs: 0 });
    stream.say('beat', { revision: this.#revision, sentAtMs: this.time.nowMs() });
  }
}

export interface WireFaults {
  /** Answers instead of the server; undefined lets the request through. */
  readonly answer?: (request: WireRequest) => WireOutcome | Promise<WireOutcome> | undefined;
  readonly refuseStreams?: boolean;
  /** Streams neither open nor fail. */
  readonly hangStreams?: boolean;
}

export interface WireRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type WireOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: { get(name: string): string | null };
      readonly body: string;
    }
  | { readonly kind: 'failed'; readonly message: string };

interface WireSignal {
  addEventListener(type: 'abort', listener: () => void): void;
}

interface WireStreamHandlers {
  onOpen(): void;
  onWord(word: string, payload: unknown): void;
  onClose(reason: string): void;
}

/** One end of a stream; words and losses arrive at once. */
export class InMemoryStream {
  readonly hello: Hello;
  readonly #handlers: WireStreamHandlers;
  readonly #onApplied: (revision: number) => void;
  #state: 'connecting' | 'open' | 'closed' = 'connecting';

  constructor(hello: Hello, handlers: WireStreamHandlers, onApplied: (revision: number) => void) {
    this.hello = hello;
    this.#handlers = handlers;
    this.#onApplied = onApplied;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  open(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#handlers.onOpen();
  }

  say(word: string, payload: unknown): void {
    if (this.#state === 'open') this.#handlers.onWord(word, payload);
  }

  /** The line breaks. */
  lose(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#handlers.onClose('lost');
  }

  sendApplied(revision: number): void {
    if (this.#state === 'open') this.#onApplied(revision);
  }

  /** The SDK leaves. */
  close(): void {
    this.#state = 'closed';
  }
}

export function answered(status: number, body = '', headers: Readonly<Record<string, string>> = {}) {
  return {
    kind: 'answered',
    status,
    body,
    headers: { get: (name: string) => headers[name.toLowerCase()] ?? null },
  } as const;
}

/** Some instant, so that epochs and monotonic times cannot be taken for each other. */
const EPOCH_MS = 1_800_000_000_000;

function batchOf(request: WireRequest): EventBatch {
  // The SDK under test made it, uncompressed: the platform above has no gzip.
  return JSON.parse(request.body as string) as EventBatch;
}

function put<T>(documents: Map<string, T>, key: string, document: T | null): void {
  if (document === null) documents.delete(key);
  else documents.set(key, document);
}
