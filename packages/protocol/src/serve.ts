import type { Serve, ServeEvaluated, ServeRollout, ServeSplit, ServeVariation, SplitRange } from '@tidegate/evaluation';
import * as z from 'zod';
import { errorCodeSchema, evaluationReasonSchema, exposureTagSchema } from './evaluation.ts';
import { attributePathSchema, keySchema } from './key.ts';

/** Ranges of one split: a few per variation, when a split was widened in steps. */
export const SPLIT_RANGES_MAX = 200;

/** A position or share in parts per million. */
const ppm = z.int().min(0).max(1_000_000);
const bucketGroup = z.string().min(1).max(128);

const serveVariationSchema = z.strictObject({
  kind: z.literal('variation'),
  variation: keySchema,
}) satisfies z.ZodType<ServeVariation>;

const splitRangeSchema = z.strictObject({
  fromPpm: ppm,
  toPpm: ppm,
  variation: keySchema,
}) satisfies z.ZodType<SplitRange>;

const serveSplitSchema = z.strictObject({
  kind: z.literal('split'),
  unit: attributePathSchema.exactOptional(),
  bucketGroup: bucketGroup.exactOptional(),
  ranges: z.array(splitRangeSchema).min(1).max(SPLIT_RANGES_MAX),
  onMissingUnit: keySchema.exactOptional(),
}) satisfies z.ZodType<ServeSplit>;

/** Only the controller writes this; whoever edits a flag sends it back as it is. */
const serveRolloutSchema = z.strictObject({
  kind: z.literal('rollout'),
  rolloutId: z.string().min(1).max(128),
  epoch: z.int().min(1),
  stageIndex: z.int().min(0),
  treatment: keySchema,
  control: keySchema,
  treatmentPpm: ppm,
  unit: attributePathSchema.exactOptional(),
  bucketGroup: bucketGroup.exactOptional(),
  onMissingUnit: keySchema.exactOptional(),
  controlSamplePpm: ppm.exactOptional(),
}) satisfies z.ZodType<ServeRollout>;

/** Only ever sent to browsers, never stored. */
const serveEvaluatedSchema = z.strictObject({
  kind: z.literal('evaluated'),
  variation: keySchema,
  reason: evaluationReasonSchema,
  errorCode: errorCodeSchema.exactOptional(),
  ruleId: z.string().exactOptional(),
  exposure: exposureTagSchema.exactOptional(),
}) satisfies z.ZodType<ServeEvaluated>;

/** What a stored flag may serve. */
export const storedServeSchema = z
  .discriminatedUnion('kind', [serveVariationSchema, serveSplitSchema, serveRolloutSchema])
  .meta({ id: 'Serve', description: 'What a rule gives. Only the controller writes the kind `rollout`.' });

/** What an SDK may be sent. */
export const serveSchema = z.discriminatedUnion('kind', [
  serveVariationSchema,
  serveSplitSchema,
  serveRolloutSchema,
  serveEvaluatedSchema,
]) satisfies z.ZodType<Serve>;
