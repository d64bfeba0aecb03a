import type { ArmCounts, EvidenceSummary, GuardSummary } from '@tidegate/analysis';
import * as z from 'zod';
import { instantMsSchema } from './key.ts';
import { measureSchema } from './metric.ts';

/** What a rollout's view shows of its evidence: the engine's state is in each decision, for whoever recomputes it. */
export type EvidenceView = Omit<EvidenceSummary, 'ticks'>;

export const armCountsSchema = z
  .strictObject({ control: z.number(), treatment: z.number() })
  .meta({ id: 'ArmCounts' }) satisfies z.ZodType<ArmCounts>;

const guardSumsSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('rate'), units: z.number(), events: z.number() }),
    z.strictObject({
      kind: z.literal('histogram'),
      bins: z.record(z.string(), z.number()).describe('Observations by bin; bins without any are left out.'),
    }),
    z.strictObject({ kind: z.literal('mean'), units: z.number(), sum: z.number(), sumSquares: z.number() }),
    z.strictObject({
      kind: z.literal('ratio'),
      units: z.number(),
      sumY: z.number(),
      sumZ: z.number(),
      sumYY: z.number(),
      sumZZ: z.number(),
      sumYZ: z.number(),
    }),
  ])
  .meta({ id: 'GuardSums' });

const guardSummarySchema = z.strictObject({
  metric: z.string(),
  harm: z.enum(['up', 'down']),
  lastOutcomeAtMs: z.number().nullable().exactOptional(),
  measure: measureSchema.exactOptional(),
  sums: z
    .strictObject({ control: guardSumsSchema, treatment: guardSumsSchema })
    .exactOptional()
    .describe('Over all strata, to look at: strata differ in base rate.'),
  limit: z
    .strictObject({ maxRate: z.number(), units: z.number(), events: z.number() })
    .exactOptional()
    .describe('Treated units, each once, and how many of them counted.'),
}) satisfies z.ZodType<GuardSummary>;

const stageIndex = z.int().min(0);

export const evidenceSchema = z
  .strictObject({
    rolloutId: z.string(),
    epoch: z.int(),
    guards: z.array(guardSummarySchema),
    strata: z.array(
      z.strictObject({
        stageIndex,
        formerControlOf: stageIndex.nullable(),
        treatmentShare: z.number(),
        units: armCountsSchema,
        events: z.record(z.string(), armCountsSchema),
      }),
    ),
    crossoverCount: z.int(),
    unmatchedOutcomeCount: z.int(),
    waitingOutcomeCount: z.int(),
    browserUnitCount: z.int(),
    unitCount: z.int(),
    lastExposureAtMs: instantMsSchema.nullable(),
    newestRecordAtMs: instantMsSchema,
  })
  .meta({ id: 'EvidenceSummary' }) satisfies z.ZodType<EvidenceView>;
