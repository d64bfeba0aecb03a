import * as z from 'zod';
import { instantMsSchema } from './key.ts';

const count = z.int().min(0);
const keyKind = z.enum(['server', 'browser']);

const flowShape = {
  batches: count,
  evaluations: count,
  exposures: count,
  outcomes: count,
  dropped: count.describe('Exposures and outcomes that SDKs say they threw away.'),
};

const minuteSchema = z.strictObject({ atMs: instantMsSchema, ...flowShape });

const recentSdkSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  keyKind,
  lastAtMs: instantMsSchema,
  ...flowShape,
  clockAheadMs: z
    .number()
    .describe('By how much the clock of the newest batch is ahead of the server; nothing is counted by it.'),
});

const recentEventSchema = z.strictObject({
  event: z.string(),
  lastAtMs: instantMsSchema,
  minutes: z.array(z.strictObject({ atMs: instantMsSchema, count })),
});

const sample = {
  atMs: instantMsSchema,
  unit: z.string().describe('The half of its hash that buckets it, in hex.'),
  sdk: z.string(),
};

const recentSampleSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('exposure'),
    ...sample,
    rolloutId: z.string(),
    stageIndex: count,
    arm: z.enum(['control', 'treatment']),
  }),
  z.strictObject({ kind: z.literal('outcome'), ...sample, event: z.string(), value: z.number() }),
]);

/** What SDKs reported lately, for people who look whether anything comes: a node keeps it in memory, for an hour. */
export const recentEventsSchema = z
  .strictObject({
    sinceMs: instantMsSchema.describe('Since when this node has been looking, where that is less than an hour.'),
    minutes: z.array(minuteSchema).describe('Those in which anything came, oldest first.'),
    sdks: z.array(recentSdkSchema),
    events: z.array(recentEventSchema).describe('Outcomes by the name of their event.'),
    newest: z.array(recentSampleSchema).describe('Some of what came last, newest first.'),
  })
  .meta({ id: 'RecentEvents' });

export type RecentEvents = z.output<typeof recentEventsSchema>;
