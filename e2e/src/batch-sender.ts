import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { positionPpm, seedOf, unitHashes } from '@tidegate/evaluation';
import { EVENTS_PATH, PROTOCOL_VERSION } from '@tidegate/protocol';
import type { EventBatch } from '@tidegate/protocol/types';

/** What one sender knows that the server has acknowledged. */
export interface SenderBook {
  batches: number;
  control: number;
  treatment: number;
  controlEvents: number;
  treatmentEvents: number;
}

export interface SenderOptions {
  readonly url: string;
  readonly serverKey: string;
  readonly rolloutId: string;
  readonly salt: string;
  readonly treatmentPpm: number;
  readonly event: string;
}

const UNITS_PER_BATCH = 40;
/** Every fifth unit fails: the books must agree on events as well as on units. */
const FAILS_EVERY = 5;

/**
 * Sends batches of new units, one at a time, and repeats each until it is acknowledged, as an SDK does. Its book is
 * kept apart from everything that it checks.
 */
export async function sendUntil(options: SenderOptions, stopped: () => boolean): Promise<SenderBook> {
  const instance = randomUUID();
  const book: SenderBook = { batches: 0, control: 0, treatment: 0, controlEvents: 0, treatmentEvents: 0 };
  for (let seq = 1; !stopped(); seq += 1) {
    const { batch, entry } = makeBatch(options, instance, seq);
    while (!(await send(options, batch))) await sleep(20);
    book.batches += 1;
    book.control += entry.control;
    book.treatment += entry.treatment;
    book.controlEvents += entry.controlEvents;
    book.treatmentEvents += entry.treatmentEvents;
    await sleep(5);
  }
  return book;
}

async function send(options: SenderOptions, batch: EventBatch): Promise<boolean> {
  try {
    const response = await fetch(`${options.url}${EVENTS_PATH}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${options.serverKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(batch),
      signal: AbortSignal.timeout(5_000),
    });
    const text = await response.text();
    if (response.status >= 400 && response.status < 500) throw new RefusedError(`${response.status} ${text}`);
    return response.status === 200 && JSON.parse(text).acknowledgedSeq === batch.seq;
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    return false;
  }
}

class RefusedError extends Error {}

function makeBatch(options: SenderOptions, instance: string, seq: number) {
  const seed = seedOf(options.salt);
  const units = Array.from({ length: UNITS_PER_BATCH }, (_, index) => unitHashes(`${instance}-${seq}-${index}`));
  const arms = units.map(({ h0 }) => (positionPpm(h0, seed) < options.treatmentPpm ? 1 : 0));
  const failing = units.map((_, index) => index).filter((index) => index % FAILS_EVERY === 0);
  const column = (value: number) => units.map(() => value);
  const batch: EventBatch = {
    protocol: PROTOCOL_VERSION,
    instance,
    seq,
    sentAtMs: Date.now(),
    sdk: { name: 'e2e-sender', version: '0' },
    units: { h0: units.map(({ h0 }) => h0), h1: units.map(({ h1 }) => h1) },
    exposures: {
      rolloutIds: [options.rolloutId],
      rollout: column(0),
      epoch: column(1),
      stage: column(0),
      arm: arms,
      unit: units.map((_, index) => index),
      ageMs: column(0),
    },
    outcomes: {
      events: [options.event],
      event: failing.map(() => 0),
      unit: failing,
      value: failing.map(() => 1),
      ageMs: failing.map(() => 0),
    },
    counters: { flags: [], variations: [], flag: [], variation: [], count: [] },
    dropped: { exposures: 0, outcomes: 0 },
  };
  const treatment = arms.filter((arm) => arm === 1).length;
  const treatmentEvents = failing.filter((index) => arms[index] === 1).length;
  return {
    batch,
    entry: {
      control: UNITS_PER_BATCH - treatment,
      treatment,
      controlEvents: failing.length - treatmentEvents,
      treatmentEvents,
    },
  };
}
