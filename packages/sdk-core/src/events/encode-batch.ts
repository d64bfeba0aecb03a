import type { EventBatch } from '@tidegate/protocol/types';
import type { Platform } from '../platform.ts';
import { PROTOCOL_VERSION } from '../wire/protocol-values.ts';
import type { PendingBatch } from './event-queue.ts';
import { indexIn } from './index-in.ts';
import { EVENT_AGE_MAX_MS } from './limits.ts';

/**
 * A batch as the wire has it, in columns. Instants become ages at each attempt anew: the server counts back from when a
 * batch arrives, and a batch that waited an hour for the server tells of an hour ago. Rows that grew too old are
 * dropped and counted.
 */
export function encodeBatch({ seq, rows, counters, dropped: before }: PendingBatch, about: Sender): EventBatch {
  const { instance, platform } = about;
  const dropped = { ...before };
  const exposures = { rollout: [], epoch: [], stage: [], arm: [], unit: [], ageMs: [] };
  const outcomes = { event: [], value: [], unit: [], ageMs: [] };
  const columns: Readonly<Record<string, Readonly<Record<string, number[]>>>> = { exposures, outcomes };
  const names = { exposures: new Map<string, number>(), outcomes: new Map<string, number>() };
  const unitIndexes = new Map<string, number>();
  const units = { h0: [] as number[], h1: [] as number[] };
  for (const row of rows) {
    const { of, name, unit } = row;
    // Whole milliseconds: a fraction would double the bytes of the column and tell nothing.
    const ageMs = Math.floor(platform.monotonicMs() - row.atMs);
    if (ageMs > EVENT_AGE_MAX_MS) {
      dropped[of] += 1;
      continue;
    }
    const index = indexIn(names[of], name);
    const unitIndex = indexIn(unitIndexes, `${unit.h0} ${unit.h1}`);
    units.h0[unitIndex] = unit.h0;
    units.h1[unitIndex] = unit.h1;
    // The cells of every column that a row of its kind has, and some that it has not.
    const cells: Readonly<Record<string, unknown>> = { ...row, rollout: index, event: index, unit: unitIndex, ageMs };
    for (const [column, values] of Object.entries(columns[of] ?? {})) values.push(Number(cells[column]));
  }
  return {
    protocol: PROTOCOL_VERSION,
    instance,
    seq,
    sentAtMs: platform.epochMs(),
    sdk: platform.sdk,
    exposures: { ...exposures, rolloutIds: [...names.exposures.keys()] },
    outcomes: { ...outcomes, events: [...names.outcomes.keys()] },
    units,
    counters,
    dropped,
  };
}

interface Sender {
  readonly instance: string;
  readonly platform: Platform;
}
