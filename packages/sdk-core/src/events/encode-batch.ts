import type { EventBatch } from '@tidegate/protocol/types';
import type { Platform } from '../platform.ts';
import { PROTOCOL_VERSION } from '../wire/protocol-values.ts';
import { countDropped, type PendingBatch } from './event-queue.ts';
import { indexIn } from './index-in.ts';
import { EVENT_AGE_MAX_MS } from './limits.ts';

/**
 * A batch as the wire has it, in columns. Instants become ages at each attempt anew: the server counts back from when a
 * batch arrives, and a batch that waited an hour for the server tells of an hour ago. Rows that grew too old are
 * dropped and counted.
 */
export function encodeBatch({ seq, rows, counters, dropped: before }: PendingBatch, about: Sender): EventBatch {
  const { instance, platform } = about;
  const nowMs = platform.monotonicMs();
  const dropped = { ...before };
  const [rollouts, events, units] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  const rollout: number[] = [];
  const epoch: number[] = [];
  const stage: number[] = [];
  const arm: number[] = [];
  const event: number[] = [];
  const value: number[] = [];
  const exposed = { unit: [] as number[], ageMs: [] as number[] };
  const acted = { unit: [] as number[], ageMs: [] as number[] };
  for (const row of rows) {
    const { name, tag, unit, atMs } = row;
    if (nowMs - atMs > EVENT_AGE_MAX_MS) {
      countDropped(dropped, row);
      continue;
    }
    const { unit: unitColumn, ageMs } = tag ? exposed : acted;
    unitColumn.push(indexIn(units, `${unit.h0} ${unit.h1}`));
    // Whole milliseconds: a fraction would double the bytes of the column and tell nothing.
    ageMs.push(Math.floor(nowMs - atMs));
    if (tag) {
      rollout.push(indexIn(rollouts, name));
      epoch.push(tag.epoch);
      stage.push(tag.stageIndex);
      arm.push(tag.arm === 'treatment' ? 1 : 0);
    } else {
      event.push(indexIn(events, name));
      value.push(row.value ?? 0);
    }
  }
  const hashes = (part: number): number[] => [...units.keys()].map((unit) => Number(unit.split(' ')[part]));
  return {
    protocol: PROTOCOL_VERSION,
    instance,
    seq,
    sentAtMs: platform.epochMs(),
    sdk: platform.sdk,
    exposures: { rollout, rolloutIds: [...rollouts.keys()], epoch, stage, arm, ...exposed },
    outcomes: { event, events: [...events.keys()], value, ...acted },
    units: { h0: hashes(0), h1: hashes(1) },
    counters,
    dropped,
  };
}

interface Sender {
  readonly instance: string;
  readonly platform: Platform;
}
