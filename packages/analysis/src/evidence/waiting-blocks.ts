import { BLOCK_ENTRIES, type Column, type FillColumns } from './column.ts';
import type { WaitingFeed, WaitingOutcome, WaitingUnit } from './waiting-outcomes.ts';

/**
 * What waits as columns, a block of units at a time: of each unit how many of the outcomes are its own, and of each
 * outcome how many of the listeners are done with it.
 */
interface UnitColumns {
  readonly h0: Uint32Array;
  readonly h1: Uint32Array;
  readonly outcomeCount: Uint16Array;
}

interface OutcomeColumns {
  /** Index among the feeds of the header. */
  readonly feed: Uint32Array;
  readonly value: Float64Array;
  readonly atMs: Float64Array;
  readonly receivedAtMs: Float64Array;
  readonly epochsBefore: Uint32Array;
  readonly pendingCount: Uint32Array;
  readonly doneWithCount: Uint32Array;
}

export function* listWaiting(units: readonly WaitingUnit[], feedKeys: readonly string[]): Generator<Column> {
  const feedIndex = new Map(feedKeys.map((key, index) => [key, index]));
  for (let from = 0; from < units.length; from += BLOCK_ENTRIES) {
    const block = units.slice(from, from + BLOCK_ENTRIES);
    const outcomes = block.flatMap((unit) => unit.outcomes);
    yield Uint32Array.from(block, ({ h0 }) => h0);
    yield Uint32Array.from(block, ({ h1 }) => h1);
    yield Uint16Array.from(block, (unit) => unit.outcomes.length);
    yield Uint32Array.from(outcomes, ({ feed }) => feedIndex.get(feed.key) ?? 0);
    yield Float64Array.from(outcomes, ({ value }) => value);
    yield Float64Array.from(outcomes, ({ atMs }) => atMs);
    yield Float64Array.from(outcomes, ({ receivedAtMs }) => receivedAtMs);
    yield Uint32Array.from(outcomes, ({ epochsBefore }) => epochsBefore);
    yield Uint32Array.from(outcomes, ({ pendingCount }) => pendingCount);
    yield Uint32Array.from(outcomes, ({ doneWith }) => doneWith.length);
    yield Float64Array.from(outcomes.flatMap(({ doneWith }) => doneWith));
  }
}

export function readWaiting(count: number, feeds: readonly WaitingFeed[], fill: FillColumns): readonly WaitingUnit[] {
  const units: WaitingUnit[] = [];
  while (units.length < count) {
    const block = allocateUnits(Math.min(BLOCK_ENTRIES, count - units.length));
    fill([block.h0, block.h1, block.outcomeCount]);
    const outcomes = readOutcomes(sumOf(block.outcomeCount), feeds, fill);
    let next = 0;
    for (const [index, outcomeCount] of block.outcomeCount.entries()) {
      const own = outcomes.slice(next, next + outcomeCount);
      next += outcomeCount;
      units.push({ h0: block.h0[index] ?? 0, h1: block.h1[index] ?? 0, outcomes: own });
    }
  }
  return units;
}

function readOutcomes(count: number, feeds: readonly WaitingFeed[], fill: FillColumns): readonly WaitingOutcome[] {
  const columns = allocateOutcomes(count);
  const { feed, value, atMs, receivedAtMs, epochsBefore, pendingCount, doneWithCount } = columns;
  fill([feed, value, atMs, receivedAtMs, epochsBefore, pendingCount, doneWithCount]);
  const listeners = new Float64Array(sumOf(doneWithCount));
  fill([listeners]);
  let next = 0;
  return Array.from({ length: count }, (_, index): WaitingOutcome => {
    const doneWith = [...listeners.subarray(next, next + (doneWithCount[index] ?? 0))];
    next += doneWith.length;
    return {
      feed: feeds[feed[index] ?? 0] ?? UNKNOWN,
      value: value[index] ?? 0,
      atMs: atMs[index] ?? 0,
      receivedAtMs: receivedAtMs[index] ?? 0,
      epochsBefore: epochsBefore[index] ?? 0,
      doneWith,
      pendingCount: pendingCount[index] ?? 0,
    };
  });
}

const UNKNOWN: WaitingFeed = { key: '', isSummed: false, listeners: [] };

function allocateUnits(count: number): UnitColumns {
  return { h0: new Uint32Array(count), h1: new Uint32Array(count), outcomeCount: new Uint16Array(count) };
}

function allocateOutcomes(count: number): OutcomeColumns {
  return {
    feed: new Uint32Array(count),
    value: new Float64Array(count),
    atMs: new Float64Array(count),
    receivedAtMs: new Float64Array(count),
    epochsBefore: new Uint32Array(count),
    pendingCount: new Uint32Array(count),
    doneWithCount: new Uint32Array(count),
  };
}

function sumOf(counts: Iterable<number>): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
