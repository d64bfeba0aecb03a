import type { EventBatch } from '@tidegate/analysis';
import { type PageBatch, pageRowSchema } from '@tidegate/protocol';
import * as z from 'zod';
import { parseJson } from '../../http/parse-json.ts';

/** An event older than a day says nothing of a rollout any more. */
const AGE_MAX_MS = 86_400_000;
/** Of what was dropped: a batch with more is none (see `findBatchFlaw`). */
const COUNT_MAX = Number.MAX_SAFE_INTEGER;

/**
 * What a page reported, as every other SDK reports it. A row that is malformed or too old is dropped and counted: what
 * travels with it is none the worse for it. A count of what no flag can be called counts nothing.
 */
export function columnsOf(page: PageBatch, receivedAtMs: number): EventBatch {
  const { protocol, instance, seq, sdk, atMs, rows, counts } = page;
  const dropped = { exposures: 0, outcomes: 0 };
  const seen = rows.flatMap((json) => {
    const row = pageRowSchema.safeParse(json).data;
    // By the page's own clock, which is steady: nothing is younger than its batch.
    const ageMs = row && Math.floor(Math.max(0, atMs - row.atMs));
    if (row && ageMs !== undefined && ageMs <= AGE_MAX_MS) return [{ row, ageMs }];
    dropped[isExposure(json) ? 'exposures' : 'outcomes'] += 1;
    return [];
  });
  for (const [name, count] of counts) {
    // A page may say anything; the sum of it stays a count.
    if (name === 'exposures' || name === 'outcomes') dropped[name] = Math.min(dropped[name] + count, COUNT_MAX);
  }
  const served = counts.flatMap(([name, count]) => {
    const [flag, variation] = servedSchema.safeParse(parseJson(name)?.value).data ?? [];
    return flag === undefined || variation === undefined ? [] : [{ flag, variation, count }];
  });

  const units = indexed(seen.map(({ row }) => `${row.h0} ${row.h1}`));
  const hashes = units.names.map((name) => name.split(' ').map(Number));
  const told = seen.map(({ row, ageMs }, index) => ({ ...row, ageMs, unit: units.column[index] ?? 0 }));
  const exposures = told.filter((row) => row.of === 'exposures');
  const outcomes = told.filter((row) => row.of === 'outcomes');
  const rollouts = indexed(exposures.map(({ rolloutId }) => rolloutId));
  const events = indexed(outcomes.map(({ event }) => event));
  const flags = indexed(served.map(({ flag }) => flag));
  const variations = indexed(served.map(({ variation }) => variation));
  return {
    protocol,
    instance,
    seq,
    // A page does not tell what time it has. Nothing is counted by it, but clocks that are off are told to people.
    sentAtMs: receivedAtMs,
    sdk,
    units: { h0: hashes.map(([h0 = 0]) => h0), h1: hashes.map(([, h1 = 0]) => h1) },
    exposures: {
      rolloutIds: rollouts.names,
      rollout: rollouts.column,
      epoch: exposures.map(({ epoch }) => epoch),
      stage: exposures.map(({ stageIndex }) => stageIndex),
      arm: exposures.map(({ arm }) => (arm === 'treatment' ? 1 : 0)),
      unit: exposures.map(({ unit }) => unit),
      ageMs: exposures.map(({ ageMs }) => ageMs),
    },
    outcomes: {
      events: events.names,
      event: events.column,
      unit: outcomes.map(({ unit }) => unit),
      value: outcomes.map(({ value }) => value),
      ageMs: outcomes.map(({ ageMs }) => ageMs),
    },
    counters: {
      flags: flags.names,
      variations: variations.names,
      flag: flags.column,
      variation: variations.column,
      count: served.map(({ count }) => count),
    },
    dropped,
  };
}

const nameSchema = z.string().min(1).max(256);
const servedSchema = z.tuple([nameSchema, nameSchema]);

function isExposure(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'of' in json && json.of === 'exposures';
}

/** Each name once, and the place among those for each that was given. */
function indexed(given: readonly string[]): { readonly names: string[]; readonly column: number[] } {
  const places = new Map<string, number>();
  const column = given.map((name) => {
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    return place;
  });
  return { names: [...places.keys()], column };
}
