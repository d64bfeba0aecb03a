import type { Metric } from '@tidegate/analysis';
import * as z from 'zod';
import { type DocumentViewFields, documentViewShape, mergePatchOf } from './document.ts';
import { descriptionSchema, keySchema, NAME_LENGTH_MAX } from './key.ts';

/** A metric as the change log keeps it. */
export interface MetricDocument extends Omit<Metric, 'revision'> {
  readonly createdAtMs: number;
}

export type MetricSettings = Omit<MetricDocument, 'key' | 'createdAtMs'>;

export interface MetricView extends MetricDocument, DocumentViewFields {}

/** What `client.run` reports; the other names that start with `$` are kept for the SDKs. */
const RUN_EVENTS: ReadonlySet<string> = new Set(['$error', '$duration']);

const eventSchema = z
  .string()
  .min(1)
  .max(NAME_LENGTH_MAX)
  .refine((event) => !event.startsWith('$') || RUN_EVENTS.has(event), 'only $error and $duration start with a $');

export const metricSettingsSchema = z.strictObject({
  description: descriptionSchema.default(''),
  event: eventSchema.describe('The name given to `client.track`, or `$error` or `$duration` of `client.run`.'),
  countsWhen: z
    .union([z.strictObject({ above: z.number() }), z.strictObject({ below: z.number() })])
    .exactOptional()
    .describe('Only outcomes with a value beyond the bound count; every outcome counts when absent.'),
  harm: z.enum(['up', 'down']).default('up').describe('The harmful direction of the share of units that count.'),
  browserEvidence: z
    .boolean()
    .default(false)
    .describe('Whether outcomes that came under a browser key count: anyone can forge those.'),
}) satisfies z.ZodType<MetricSettings>;

export const newMetricSchema = z
  .strictObject({ key: keySchema, ...metricSettingsSchema.shape })
  .meta({ id: 'NewMetric' });

export type NewMetric = z.output<typeof newMetricSchema>;

export const metricPatchSchema = mergePatchOf(metricSettingsSchema).meta({ id: 'MetricPatch' });

export const metricViewSchema = z
  .strictObject({ key: keySchema, ...metricSettingsSchema.shape, ...documentViewShape })
  .meta({ id: 'Metric' }) satisfies z.ZodType<MetricView>;
