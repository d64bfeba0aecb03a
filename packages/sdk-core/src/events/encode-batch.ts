import type { UnitHashes } from '@tidegate/evaluation/page';
import type { EventBatch } from '@tidegate/protocol/types';
import type { Platform } from '../platform.ts';
import { PROTOCOL_VERSION } from '../wire/protocol-values.ts';
import { createDictionary } from './dictionary.ts';
import { countRows, type PendingBatch } from './event-queue.ts';
import type { EventRow, ExposureRow, OutcomeRow } from './event-row.ts';
import { EVENT_AGE_MAX_MS } from './limits.ts';

/**
 * A batch as the wire has it, in columns. Instants become ages at each attempt anew: the server counts back from when a
 * batch arrives, and a batch that waited an hour for the server tells of an hour ago. Rows that grew too old are
 * dropped and counted.
 */
export function encodeBatch({ seq, rows, counters, dropped }: PendingBatch, about: Sender): EventBatch {
  const { instance, platform } = about;
  const nowMs = platform.monotonicMs();
  // Whole milliseconds: a fraction would double the bytes of the column and tell nothing.
  const ageOf = ({ atMs }: EventRow): number => Math.floor(nowMs - atMs);
  const isFresh = (row: EventRow): boolean => nowMs - row.atMs <= EVENT_AGE_MAX_MS;
  const old = countRows(rows.filter((row) => !isFresh(row)));
  const exposures = rows.filter((row): row is ExposureRow => isFresh(row) && row.tag !== undefined);
  const outcomes = rows.filter((row): row is OutcomeRow => isFresh(row) && row.tag === undefined);
  const units = createDictionary<UnitHashes>();
  const rollouts = createDictionary<string>();
  const events = createDictionary<string>();
  const unitOf = ({ unit }: EventRow): number => units.index(`${unit.h0} ${unit.h1}`, unit);
  return {
    protocol: PROTOCOL_VERSION,
    instance,
    seq,
    sentAtMs: platform.epochMs(),
    sdk: platform.sdk,
    exposures: {
      rollout: exposures.map(({ name }) => rollouts.index(name, name)),
      rolloutIds: rollouts.entries,
      epoch: exposures.map(({ tag }) => tag.epoch),
      stage: exposures.map(({ tag }) => tag.stageIndex),
      arm: exposures.map(({ tag }) => (tag.arm === 'treatment' ? 1 : 0)),
      unit: exposures.map(unitOf),
      ageMs: exposures.map(ageOf),
    },
    outcomes: {
      event: outcomes.map(({ name }) => events.index(name, name)),
      events: events.entries,
      unit: outcomes.map(unitOf),
      value: outcomes.map(({ value }) => value),
      ageMs: outcomes.map(ageOf),
    },
    // After the rows that name them.
    units: { h0: units.entries.map(({ h0 }) => h0), h1: units.entries.map(({ h1 }) => h1) },
    counters,
    dropped: { exposures: dropped.exposures + old.exposures, outcomes: dropped.outcomes + old.outcomes },
  };
}

interface Sender {
  readonly instance: string;
  readonly platform: Platform;
}
