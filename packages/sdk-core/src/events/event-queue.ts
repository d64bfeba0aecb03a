import type { ExposureTag } from '@tidegate/evaluation';
import type { CounterColumns, DroppedCounts } from '@tidegate/protocol/types';
import { EvaluationCounters } from './evaluation-counters.ts';
import { EVENT_BYTES_MAX, EventChunk, type Outcome, type Unit } from './event-chunk.ts';
import { COUNTERS_SHARE, ENVELOPE_BYTES } from './limits.ts';

/**
 * What waits to be sent:
 *
 *     evaluations ─▶ counters ───────────────────────┐ ride along, merged
 *     exposures ┐                                    ▼
 *     outcomes ─┴▶ open chunk ─▶ sealed chunks ─▶ one batch (seq) ─▶ acknowledged
 *
 * The batch keeps its number and its rows until the server has it for certain, and only then comes the next one: what
 * the server counted once, it never meets under another number. All of it together is bounded by bytes; an event that
 * finds no room is dropped and counted, and the next batch tells the count.
 */
export class EventQueue {
  readonly counters: EvaluationCounters;
  readonly #queueBytesMax: number;
  readonly #chunkBytesMax: number;
  readonly #countersBytesMax: number;
  readonly #onWork: (work: Work) => void;
  #open = new EventChunk();
  readonly #sealed: EventChunk[] = [];
  #batch: PendingBatch | undefined;
  #dropped: DroppedCounts = NOTHING_DROPPED;
  #lastSeq = 0;

  constructor(options: { queueBytesMax: number; batchBytesMax: number; onWork: (work: Work) => void }) {
    this.#queueBytesMax = options.queueBytesMax;
    this.#countersBytesMax = options.batchBytesMax * COUNTERS_SHARE;
    this.#chunkBytesMax = options.batchBytesMax - this.#countersBytesMax - ENVELOPE_BYTES;
    this.#onWork = options.onWork;
    this.counters = new EvaluationCounters(() => this.#onWork('some'));
  }

  /** False when there was no room. */
  addExposure(tag: ExposureTag, unit: Unit, atMs: number): boolean {
    const chunk = this.#chunkWithRoom();
    if (chunk === undefined) {
      this.#drop({ exposures: 1, outcomes: 0 });
      return false;
    }
    chunk.addExposure(tag, unit, atMs);
    this.#afterAdd(chunk);
    return true;
  }

  /** False when there was no room. */
  addOutcome(outcome: Outcome, unit: Unit, atMs: number): boolean {
    const chunk = this.#chunkWithRoom();
    if (chunk === undefined) {
      this.#drop({ exposures: 0, outcomes: 1 });
      return false;
    }
    chunk.addOutcome(outcome, unit, atMs);
    this.#afterAdd(chunk);
    return true;
  }

  /** An outcome that the wire cannot carry: the server would refuse whatever travels with it. */
  refuseOutcome(): void {
    this.#drop({ exposures: 0, outcomes: 1 });
  }

  /** The batch whose turn it is: the same one until it is settled. Undefined when there is nothing to tell. */
  nextBatch(): PendingBatch | undefined {
    if (this.#batch !== undefined) return this.#batch;
    if (this.waitingBatchCount === 0) return undefined;
    this.#lastSeq += 1;
    this.#batch = {
      seq: this.#lastSeq,
      chunk: this.#takeChunk(),
      counters: this.counters.take(this.#countersBytesMax),
      dropped: this.#dropped,
    };
    this.#dropped = NOTHING_DROPPED;
    return this.#batch;
  }

  /** The batch is counted, for good. */
  acknowledge(): void {
    this.#batch = undefined;
  }

  /** The batch can never be accepted. Its number stays a gap, which the server sees as loss. */
  discard(): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    this.#drop(batch.dropped);
    this.#drop({ exposures: batch.chunk.exposureCount, outcomes: batch.chunk.outcomeCount });
    this.#batch = undefined;
  }

  /** How many batches it takes until everything recorded up to now is told, the current one included. */
  get waitingBatchCount(): number {
    const chunkCount = this.#sealed.length + (this.#open.isEmpty ? 0 : 1);
    const loose = this.counters.hasCounts || this.#dropped !== NOTHING_DROPPED;
    return (this.#batch === undefined ? 0 : 1) + (chunkCount === 0 && loose ? 1 : chunkCount);
  }

  /** Whether a batch could leave without waiting for more to join it. */
  get hasFullBatch(): boolean {
    return this.#batch !== undefined || this.#sealed.length > 0;
  }

  /** Upper bound of what the queue holds. */
  get bytes(): number {
    const sealedBytes = this.#sealed.reduce((sum, chunk) => sum + chunk.bytes, 0);
    return this.#open.bytes + sealedBytes + (this.#batch?.chunk.bytes ?? 0);
  }

  #chunkWithRoom(): EventChunk | undefined {
    if (this.#open.isFull(this.#chunkBytesMax)) this.#seal();
    return this.bytes + EVENT_BYTES_MAX > this.#queueBytesMax ? undefined : this.#open;
  }

  #afterAdd(chunk: EventChunk): void {
    if (chunk.isFull(this.#chunkBytesMax)) this.#onWork('full');
    else if (chunk.exposureCount + chunk.outcomeCount === 1) this.#onWork('some');
  }

  #seal(): void {
    this.#sealed.push(this.#open);
    this.#open = new EventChunk();
  }

  #takeChunk(): EventChunk {
    if (this.#sealed.length === 0) this.#seal();
    // There is one: it was just sealed if there was none.
    return this.#sealed.shift() ?? new EventChunk();
  }

  #drop({ exposures, outcomes }: DroppedCounts): void {
    if (exposures + outcomes === 0) return;
    const first = this.#dropped === NOTHING_DROPPED;
    this.#dropped = {
      exposures: this.#dropped.exposures + exposures,
      outcomes: this.#dropped.outcomes + outcomes,
    };
    if (first) this.#onWork('some');
  }
}

/** `some`: there is something to send at all; `full`: enough for a batch. */
export type Work = 'some' | 'full';

/** What goes out under one number. */
export interface PendingBatch {
  readonly seq: number;
  readonly chunk: EventChunk;
  readonly counters: CounterColumns;
  readonly dropped: DroppedCounts;
}

const NOTHING_DROPPED: DroppedCounts = { exposures: 0, outcomes: 0 };
