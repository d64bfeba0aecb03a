import type { ErrorCode, Evaluation, ExposureTag, Reason } from '@tidegate/evaluation';
import * as z from 'zod';
import { jsonValueSchema } from './json.ts';
import { attributePathSchema, revisionSchema } from './key.ts';

/** OpenFeature's words for why a value was given, and for what went wrong. */
export const evaluationReasonSchema = z.enum([
  'STATIC',
  'TARGETING_MATCH',
  'SPLIT',
  'DISABLED',
  'DEFAULT',
  'STALE',
  'CACHED',
  'ERROR',
]) satisfies z.ZodType<Reason>;

export const errorCodeSchema = z.enum([
  'PROVIDER_NOT_READY',
  'FLAG_NOT_FOUND',
  'PARSE_ERROR',
  'TYPE_MISMATCH',
  'TARGETING_KEY_MISSING',
  'INVALID_CONTEXT',
  'GENERAL',
]) satisfies z.ZodType<ErrorCode>;

export const exposureTagSchema = z.strictObject({
  rolloutId: z.string().min(1).max(128),
  epoch: z.int().min(1),
  stageIndex: z.int().min(0),
  arm: z.enum(['control', 'treatment']),
  unit: attributePathSchema,
}) satisfies z.ZodType<ExposureTag>;

/** What `evaluate` leaves undefined, JSON leaves out. */
export const orAbsent = <T>(schema: z.ZodType<T>): z.ZodType<T | undefined> => schema.optional();

export const evaluationSchema = z.strictObject({
  value: orAbsent(jsonValueSchema),
  variation: orAbsent(z.string()),
  reason: evaluationReasonSchema,
  errorCode: errorCodeSchema.exactOptional(),
  errorMessage: z.string().exactOptional(),
  ruleId: z.string().exactOptional(),
  revision: revisionSchema,
  exposure: exposureTagSchema.exactOptional(),
}) satisfies z.ZodType<Evaluation>;
