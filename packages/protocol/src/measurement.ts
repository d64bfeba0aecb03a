import type { LimitsVerdict } from '@tidegate/analysis/limits';
import * as z from 'zod';
import { instantMsSchema } from './key.ts';
import { answeredArmsSchema, metricWindowSchema, providerErrorClassSchema } from './provider.ts';

const verdict = z.enum([
  'failed',
  'error',
  'inconclusive',
  'no_data',
  'pending',
  'running',
  'successful',
]) satisfies z.ZodType<LimitsVerdict>;

/** What was last measured of one guard of a provider, and what the limits say of all of it. */
export const measurementViewSchema = z
  .strictObject({
    name: z.string(),
    provider: z.string(),
    mode: z.enum(['decide', 'observe']),
    verdict,
    detail: z.string(),
    counts: z.strictObject({ good: z.int(), failed: z.int(), inconclusive: z.int() }).describe('Since evidence began.'),
    lastAnswer: z
      .strictObject({
        atMs: instantMsSchema,
        verdict: z.enum(['successful', 'failed', 'inconclusive', 'no_data', 'error']),
        window: metricWindowSchema,
        arms: answeredArmsSchema,
      })
      .nullable()
      .describe('The last one with numbers.'),
    lastError: z
      .strictObject({ atMs: instantMsSchema, class: providerErrorClassSchema, message: z.string() })
      .nullable(),
    nextAtMs: instantMsSchema.nullable().describe('When it is measured next; null when it is not measured now.'),
  })
  .meta({ id: 'Measurement' });

export type MeasurementView = z.output<typeof measurementViewSchema>;
