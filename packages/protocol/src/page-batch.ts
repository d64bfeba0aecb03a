import * as z from 'zod';
import { BATCH_ROWS_MAX } from './event-batch.ts';

const uint32 = z.int().min(0).max(0xffff_ffff);
const name = z.string().min(1).max(256);

const seen = {
  /** Both hashes of the unit's key. */
  h0: uint32,
  h1: uint32,
  /** When it happened, by the page's steady clock. */
  atMs: z.number(),
};

/** One thing that happened to one unit of a page; of an exposure, the tag that came with the value. */
export const pageRowSchema = z.discriminatedUnion('of', [
  z.object({
    of: z.literal('exposures'),
    rolloutId: name,
    epoch: z.int().min(1),
    stageIndex: z.int().min(0).max(1_000),
    arm: z.enum(['control', 'treatment']),
    ...seen,
  }),
  z.object({ of: z.literal('outcomes'), event: name, value: z.number(), ...seen }),
]);

/**
 * What a page reports, in the form in which it has it: a page sends little, and every byte of code that made columns of it
 * would be downloaded by everybody. The server makes them (see `EventBatch`), drops and counts each row that is no
 * `pageRowSchema`, and answers 202.
 */
export const pageBatchSchema = z.strictObject({
  protocol: z.literal(1),
  /** Made at random when the client was created. */
  instance: z.string().min(16).max(64),
  seq: z.int().min(1),
  sdk: z.strictObject({ name, version: name }),
  /** When it is sent, by the page's steady clock: rows are as much older. */
  atMs: z.number(),
  rows: z.array(z.unknown()).max(BATCH_ROWS_MAX),
  /**
   * How often each was served, `["FLAG","VARIATION"]` written as JSON; or dropped since the last batch, `exposures` and
   * `outcomes`.
   */
  counts: z.array(z.tuple([z.string(), z.int().min(1)])).max(BATCH_ROWS_MAX),
});

export type PageBatch = z.output<typeof pageBatchSchema>;
