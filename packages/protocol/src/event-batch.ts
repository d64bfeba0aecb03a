import type { EventBatch } from '@tidegate/analysis';
import * as z from 'zod';

/** Rows of one kind in one batch; an SDK splits before it. Bounds the time that one batch holds the event loop. */
export const BATCH_ROWS_MAX = 20_000;
/** Bytes of one batch, uncompressed. */
export const BATCH_BYTES_MAX = 1_000_000;

/**
 * In the counters, where a variation stands that was served: the flag was asked for and not there, because it is
 * archived, misspelled, or for no such key. No variation can be called so.
 */
export const MISSING_FLAG = '$missing';
/** In the same place: an open circuit breaker of the application chose control, whatever the rules say. */
export const BREAKER_ANSWER = '$breaker';
/** In the same place: a signed override chose the variation, whatever the rules say. */
export const OVERRIDE_ANSWER = '$override';

const rows = (item: z.ZodType<number>) => z.array(item).max(BATCH_ROWS_MAX);
const uint32 = z.int().min(0).max(0xffff_ffff);
const index = z.int().min(0).max(BATCH_ROWS_MAX);
const name = z.string().min(1).max(256);
const dictionary = z.array(name).max(BATCH_ROWS_MAX);
/** An event older than a day says nothing of a rollout any more. */
const ageMs = z.number().min(0).max(86_400_000);

export const eventBatchSchema = z.strictObject({
  protocol: z.literal(1),
  instance: z.uuid(),
  seq: z.int().min(1),
  sentAtMs: z.number(),
  sdk: z.strictObject({ name, version: name }),
  units: z.strictObject({ h0: rows(uint32), h1: rows(uint32) }),
  exposures: z.strictObject({
    rolloutIds: dictionary,
    rollout: rows(index),
    epoch: rows(z.int().min(1)),
    stage: rows(z.int().min(0).max(1_000)),
    arm: rows(z.int().min(0).max(1)),
    unit: rows(index),
    ageMs: rows(ageMs),
  }),
  outcomes: z.strictObject({
    events: dictionary,
    event: rows(index),
    unit: rows(index),
    value: rows(z.number()),
    ageMs: rows(ageMs),
  }),
  counters: z.strictObject({
    flags: dictionary,
    variations: dictionary,
    flag: rows(index),
    variation: rows(index),
    count: rows(z.int().min(1)),
  }),
  dropped: z.strictObject({ exposures: z.int().min(0), outcomes: z.int().min(0) }),
}) satisfies z.ZodType<EventBatch>;
