import type { CounterColumns, DroppedCounts } from '@tidegate/protocol/types';
import { createEvaluationCounters } from './evaluation-counters.ts';
import type { EventRow } from './event-row.ts';
import { COUNTERS_SHARE, ENVELOPE_BYTES, EVENT_ROW_BYTES, nameBytes } from './limits.ts';

/**
 * What waits to be sent:
 *
 *     evaluations ─▶ counters ──┐ ride along, merged
 *     exposures ┐               ▼
 *     outcomes ─┴▶ rows ─▶ one batch (seq) ─▶ acknowledged
 *
 * The batch keeps its number and its rows until the server has it for certain, and only then comes the next one: what
 * the server counted once, it never meets under another number. All of it together is bounded by bytes; an event that
 * finds no room is dropped and counted, and the next batch tells the count.
 */
export interface EventQueue {
  countEvaluation(flagKey: string, variation: string): void;
  /** False when there was no room. */
  add(row: EventRow): boolean;
  /** Counts an outcome that the wire cannot carry: the server would refuse whatever travels with it. */
  refuseOutcome(): void;
  /** The batch whose turn it is: the same one until it is settled. Undefined when there is nothing to tell. */
  nextBatch(): PendingBatch | undefined;
  /** The batch is counted, for good. */
  acknowledge(): void;
  /** The batch can never be accepted. Its number stays a gap, which the server sees as loss. */
  discard(): void;
  /** Whether there is nothing to tell. */
  isEmpty(): boolean;
  /** Whether what waits fills a batch. */
  isFull(): boolean;
  /** Upper bound of the rows as JSON, and of what they take in memory. */
  bytes(): number;
}

/** What goes out under one number. */
export interface PendingBatch {
  readonly seq: number;
  readonly rows: readonly EventRow[];
  readonly counters: CounterColumns;
  readonly dropped: DroppedCounts;
  /** Everything that was recorded before it was made travels in it, or went before. */
  readonly isLast: boolean;
}

export interface EventQueueOptions {
  readonly queueBytesMax: number;
  readonly batchBytesMax: number;
  /** Something was recorded. */
  readonly onWork: () => void;
}

export function createEventQueue({ queueBytesMax, batchBytesMax, onWork }: EventQueueOptions): EventQueue {
  const countersBytesMax = batchBytesMax * COUNTERS_SHARE;
  const rowsBytesMax = batchBytesMax - countersBytesMax - ENVELOPE_BYTES;
  const counters = createEvaluationCounters();
  const rows: EventRow[] = [];
  let batch: PendingBatch | undefined;
  let dropped: DroppedCounts = countRows([]);
  let lastSeq = 0;
  let waitingBytes = 0;
  let batchBytes = 0;

  const isEmpty = (): boolean =>
    batch === undefined && rows.length + dropped.exposures + dropped.outcomes === 0 && counters.isEmpty();
  const drop = ({ exposures, outcomes }: DroppedCounts): void => {
    dropped = { exposures: dropped.exposures + exposures, outcomes: dropped.outcomes + outcomes };
    onWork();
  };
  const acknowledge = (): void => {
    batch = undefined;
    batchBytes = 0;
  };
  return {
    isEmpty,
    isFull: () => waitingBytes >= rowsBytesMax,
    bytes: () => waitingBytes + batchBytes,
    countEvaluation(flagKey, variation) {
      counters.count(flagKey, variation);
      onWork();
    },
    add(row) {
      const bytes = bytesOf(row);
      const hasRoom = waitingBytes + batchBytes + bytes <= queueBytesMax;
      if (hasRoom) {
        rows.push(row);
        waitingBytes += bytes;
        onWork();
      } else drop(countRows([row]));
      return hasRoom;
    },
    refuseOutcome: () => drop({ exposures: 0, outcomes: 1 }),
    nextBatch() {
      if (isEmpty() || batch !== undefined) return batch;
      const taken = rows.splice(0, countFitting(rows, rowsBytesMax));
      batchBytes = taken.reduce((sum, row) => sum + bytesOf(row), 0);
      waitingBytes -= batchBytes;
      lastSeq += 1;
      batch = {
        seq: lastSeq,
        rows: taken,
        counters: counters.take(countersBytesMax),
        dropped,
        isLast: rows.length === 0 && counters.isEmpty(),
      };
      dropped = countRows([]);
      return batch;
    },
    acknowledge,
    discard() {
      const lost = batch;
      acknowledge();
      if (lost === undefined) return;
      drop(lost.dropped);
      drop(countRows(lost.rows));
    },
  };
}

export function countRows(rows: readonly EventRow[]): DroppedCounts {
  const exposures = rows.filter(({ tag }) => tag).length;
  return { exposures, outcomes: rows.length - exposures };
}

/** Upper bound of a row as JSON, as if its name travelled with it alone. */
function bytesOf({ name }: EventRow): number {
  return EVENT_ROW_BYTES + nameBytes(name);
}

/** How many of the first rows one batch carries; so many that their bytes allow are never too many rows. */
function countFitting(rows: readonly EventRow[], bytesMax: number): number {
  let bytesLeft = bytesMax;
  const misfit = rows.findIndex((row) => {
    bytesLeft -= bytesOf(row);
    return bytesLeft < 0;
  });
  return misfit < 0 ? rows.length : misfit;
}
