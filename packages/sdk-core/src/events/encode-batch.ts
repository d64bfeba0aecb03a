import type { EventBatch } from '@tidegate/protocol/types';
import type { Platform } from '../platform.ts';
import { PROTOCOL_VERSION } from '../wire/protocol-values.ts';
import type { PendingBatch } from './event-queue.ts';
import { EVENT_AGE_MAX_MS } from './limits.ts';

/**
 * A batch as the wire has it. Instants become ages at each attempt anew: the server counts back from when a batch
 * arrives, and a batch that waited an hour for the server tells of an hour ago. Rows that grew too old are dropped and
 * counted; they are the first ones, because rows are in the order in which they happened.
 */
export function encodeBatch(batch: PendingBatch, instance: string, platform: Platform): EventBatch {
  const { chunk, counters, dropped, seq } = batch;
  const nowMs = platform.monotonicMs();
  const exposureFrom = firstFreshRow(chunk.exposures.atMs, nowMs);
  const outcomeFrom = firstFreshRow(chunk.outcomes.atMs, nowMs);
  return {
    protocol: PROTOCOL_VERSION,
    instance,
    seq,
    sentAtMs: platform.epochMs(),
    sdk: platform.sdk,
    units: chunk.units,
    exposures: {
      rolloutIds: chunk.rollouts.names,
      rollout: chunk.exposures.rollout.slice(exposureFrom),
      epoch: chunk.exposures.epoch.slice(exposureFrom),
      stage: chunk.exposures.stage.slice(exposureFrom),
      arm: chunk.exposures.arm.slice(exposureFrom),
      unit: chunk.exposures.unit.slice(exposureFrom),
      ageMs: agesMs(chunk.exposures.atMs.slice(exposureFrom), nowMs),
    },
    outcomes: {
      events: chunk.events.names,
      event: chunk.outcomes.event.slice(outcomeFrom),
      unit: chunk.outcomes.unit.slice(outcomeFrom),
      value: chunk.outcomes.value.slice(outcomeFrom),
      ageMs: agesMs(chunk.outcomes.atMs.slice(outcomeFrom), nowMs),
    },
    counters,
    dropped: { exposures: dropped.exposures + exposureFrom, outcomes: dropped.outcomes + outcomeFrom },
  };
}

function firstFreshRow(atMs: readonly number[], nowMs: number): number {
  const first = atMs.findIndex((instantMs) => nowMs - instantMs <= EVENT_AGE_MAX_MS);
  return first === -1 ? atMs.length : first;
}

/** Whole milliseconds: a fraction would double the bytes of the column and tell nothing. */
function agesMs(atMs: readonly number[], nowMs: number): number[] {
  return atMs.map((instantMs) => Math.floor(nowMs - instantMs));
}
