import type { CounterColumns, DroppedCounts } from '@tidegate/protocol/types';
import { createEvaluationCounters } from './evaluation-counters.ts';
import type { EventRow } from './event-row.ts';
import { COUNTERS_SHARE, ENVELOPE_BYTES, EVENT_ROW_BYTES, nameBytes } from './limits.ts';

/**
 * What waits to be sent:
 *
 *     evaluations ─▶ counters ──┐ ride along, merged
 *     exposures ┐               ▼
 *     outcomes ─┴▶ rows ─▶ one batch (seq) ─▶ settled
 *
 * The batch keeps its number and its rows until the server has it for certain, and only then comes the next one: what
 * the server counted once, it never meets under another number. All of it together is bounded by bytes; an event that
 * finds no room is dropped and counted, and the next batch tells the count.
 */
export interface EventQueue {
  countEvaluation(flagKey: string, variation: string): void;
  /** False when there was no room. */
  add(row: EventRow): boolean;
  /** Counts an event that cannot be sent. */
  drop(of: EventRow['of']): void;
  /** The batch whose turn it is: the same one until it is settled. Undefined when there is nothing to tell. */
  nextBatch(): PendingBatch | undefined;
  /**
   * The batch is counted for good, or `isLost`: it can never be accepted. Then its number stays a gap, which the server
   * sees as loss.
   */
  settle(isLost?: boolean): void;
  /** How many things there were to tell so far. */
  recordedCount(): number;
  /** How many of them were told, in the order in which they came. */
  toldCount(): number;
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
  /** What is told when it is settled. */
  readonly toldCount: number;
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
  let dropped = { exposures: 0, outcomes: 0 };
  let lastSeq = 0;
  let recordedCount = 0;
  let toldCount = 0;
  let bytes = 0;

  const work = (): void => {
    recordedCount += 1;
    onWork();
  };
  const drop = (of: EventRow['of']): void => {
    dropped[of] += 1;
    work();
  };
  return {
    drop,
    recordedCount: () => recordedCount,
    toldCount: () => toldCount,
    isFull: () => bytes >= rowsBytesMax,
    bytes: () => bytes,
    countEvaluation(flagKey, variation) {
      if (counters.count(flagKey, variation)) work();
    },
    add(row) {
      const hasRoom = bytes + bytesOf(row) <= queueBytesMax;
      if (hasRoom) {
        rows.push(row);
        bytes += bytesOf(row);
        work();
      } else drop(row.of);
      return hasRoom;
    },
    nextBatch() {
      if (batch || toldCount === recordedCount) return batch;
      // So many rows that their bytes allow are never too many.
      let bytesLeft = rowsBytesMax;
      const misfit = rows.findIndex((row) => {
        bytesLeft -= bytesOf(row);
        return bytesLeft < 0;
      });
      const taken = rows.splice(0, misfit < 0 ? rows.length : misfit);
      const columns = counters.take(countersBytesMax);
      const isAll = rows.length === 0 && counters.isEmpty();
      lastSeq += 1;
      batch = { seq: lastSeq, rows: taken, counters: columns, dropped, toldCount: isAll ? recordedCount : toldCount };
      dropped = { exposures: 0, outcomes: 0 };
      return batch;
    },
    settle(isLost) {
      if (batch === undefined) return;
      const settled = batch;
      batch = undefined;
      for (const row of settled.rows) {
        bytes -= bytesOf(row);
        if (isLost) dropped[row.of] += 1;
      }
      if (isLost) {
        dropped.exposures += settled.dropped.exposures;
        dropped.outcomes += settled.dropped.outcomes;
      }
      // What was dropped is still to be told.
      if (!isLost || dropped.exposures + dropped.outcomes === 0) toldCount = settled.toldCount;
    },
  };
}

/** Upper bound of a row as JSON, as if its name travelled with it alone. */
function bytesOf({ name }: EventRow): number {
  return EVENT_ROW_BYTES + nameBytes(name);
}
