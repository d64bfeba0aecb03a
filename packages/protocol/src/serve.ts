import type {
  Serve,
  ServeEvaluated,
  ServeRollout,
  ServeSplit,
  ServeVariation,
  ServeVendorSplit,
  SplitRange,
} from '@tidegate/evaluation';
import * as z from 'zod';
import { conditionSchema } from './condition.ts';
import { errorCodeSchema, evaluationReasonSchema, exposureTagSchema } from './evaluation.ts';
import { attributePathSchema, bucketGroupSchema, ppmSchema, servedSchema } from './key.ts';
import { VENDOR_UNITS_MAX, vendorBucketingSchema } from './vendor-bucketing.ts';

/** Ranges of one split: a few per variation, when a split was widened in steps. */
export const SPLIT_RANGES_MAX = 200;

/** Caps of one rule: each evaluation asks them one after the other. Who has the same cap is better one segment. */
export const CAPS_MAX = 8;

const serveVariationSchema = z.strictObject({
  kind: z.literal('variation'),
  variation: servedSchema,
}) satisfies z.ZodType<ServeVariation>;

const splitRangeSchema = z.strictObject({
  fromPpm: ppmSchema,
  toPpm: ppmSchema,
  variation: servedSchema,
}) satisfies z.ZodType<SplitRange>;

const splitRangesSchema = z.array(splitRangeSchema).min(1).max(SPLIT_RANGES_MAX);

const serveSplitSchema = z.strictObject({
  kind: z.literal('split'),
  unit: attributePathSchema.exactOptional(),
  bucketGroup: bucketGroupSchema.exactOptional(),
  ranges: splitRangesSchema,
  caps: z
    .array(z.strictObject({ condition: conditionSchema, ranges: splitRangesSchema }))
    .min(1)
    .max(CAPS_MAX)
    .exactOptional()
    .describe('The first whose condition holds has its ranges in the place of the others.'),
  onMissingUnit: servedSchema.exactOptional(),
}) satisfies z.ZodType<ServeSplit>;

const serveVendorSplitSchema = z.strictObject({
  kind: z.literal('vendorSplit'),
  bucketing: vendorBucketingSchema,
  units: z.array(attributePathSchema).min(1).max(VENDOR_UNITS_MAX),
  ranges: z
    .array(z.strictObject({ from: z.number(), to: z.number(), variation: servedSchema }))
    .min(1)
    .max(SPLIT_RANGES_MAX),
  onMissingUnit: servedSchema.exactOptional(),
}) satisfies z.ZodType<ServeVendorSplit>;

/** Only the controller writes this; whoever edits a flag sends it back as it is. */
const serveRolloutSchema = z.strictObject({
  kind: z.literal('rollout'),
  rolloutId: z.string().min(1).max(128),
  epoch: z.int().min(1),
  stageIndex: z.int().min(0),
  treatment: servedSchema,
  control: servedSchema,
  treatmentPpm: ppmSchema,
  unit: attributePathSchema.exactOptional(),
  bucketGroup: bucketGroupSchema.exactOptional(),
  onMissingUnit: servedSchema.exactOptional(),
  scope: conditionSchema.exactOptional(),
  caps: z
    .array(z.strictObject({ condition: conditionSchema, treatmentPpm: ppmSchema, stageIndex: z.int().min(0) }))
    .min(1)
    .max(CAPS_MAX)
    .exactOptional(),
  controlSamplePpm: ppmSchema.exactOptional(),
}) satisfies z.ZodType<ServeRollout>;

/** Only ever sent to browsers, never stored. */
const serveEvaluatedSchema = z.strictObject({
  kind: z.literal('evaluated'),
  variation: servedSchema,
  reason: evaluationReasonSchema,
  errorCode: errorCodeSchema.exactOptional(),
  ruleId: z.string().exactOptional(),
  exposure: exposureTagSchema.exactOptional(),
}) satisfies z.ZodType<ServeEvaluated>;

/** What a stored flag may serve. */
export const storedServeSchema = z
  .discriminatedUnion('kind', [serveVariationSchema, serveSplitSchema, serveVendorSplitSchema, serveRolloutSchema])
  .meta({ id: 'Serve', description: 'What a rule gives. Only the controller writes the kind `rollout`.' });

/** What a person may say that a rule serves: everything but a rollout. */
export const settledServeSchema = z.discriminatedUnion('kind', [
  serveVariationSchema,
  serveSplitSchema,
  serveVendorSplitSchema,
]);

/** What an SDK may be sent. */
export const serveSchema = z.discriminatedUnion('kind', [
  serveVariationSchema,
  serveSplitSchema,
  serveVendorSplitSchema,
  serveRolloutSchema,
  serveEvaluatedSchema,
]) satisfies z.ZodType<Serve>;
