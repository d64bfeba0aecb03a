import type { ProviderGuard } from '@tidegate/analysis';
import type { MetricLimits } from '@tidegate/analysis/limits';
import * as z from 'zod';
import { keySchema } from './key.ts';
import { metricQuerySchema, writtenMetricQuerySchema } from './provider.ts';

/** Guards of providers in one plan: each is asked for as long as the rollout lasts, and written down with each decision. */
const PROVIDER_GUARDS_MAX = 10;
/** A day between two measurements watches nothing, and longer delays begin after the harm. */
const WAIT_MS_MAX = 86_400_000;
const COUNT_MAX = 1_000_000;

const waitMs = z.int().min(0).max(WAIT_MS_MAX);
const limit = z.int().min(-1).max(COUNT_MAX);
/** Longer ones are refused with a word by whoever reads them. */
const condition = z.string().min(1).max(10_000);

const limitsShape = {
  successCondition: condition.exactOptional(),
  failureCondition: condition.exactOptional(),
  count: z.int().min(1).max(COUNT_MAX).exactOptional(),
  failureLimit: limit.exactOptional(),
  failureMode: z.enum(['total', 'consecutive']).exactOptional(),
  inconclusiveLimit: limit.exactOptional(),
  consecutiveErrorLimit: limit.exactOptional(),
  consecutiveSuccessLimit: z.int().min(1).max(COUNT_MAX).exactOptional(),
  intervalMs: waitMs.exactOptional(),
  initialDelayMs: waitMs.exactOptional(),
  errorBudgetMs: waitMs.exactOptional(),
};
const limitsSchema = z.strictObject(limitsShape) satisfies z.ZodType<MetricLimits>;

const guardShape = {
  name: keySchema.max(64),
  provider: keySchema.describe('The key of a metric provider of the environment.'),
  mode: z.enum(['decide', 'observe']).exactOptional(),
};
const arms = z.enum(['treatment', 'both']);

/** The guards of providers of a plan that says everything. */
export function providerGuardsSchemaOf<D extends z.ZodType<ProviderGuard['deadline']>>(deadline: D) {
  const guard = z.strictObject({ ...guardShape, arms, query: metricQuerySchema, limits: limitsSchema, deadline });
  return z.array(guard).min(1).max(PROVIDER_GUARDS_MAX);
}

/** As people write them. */
export function writtenProviderGuardsSchemaOf<D extends z.ZodType>(deadline: D, duration: z.ZodString) {
  const word = duration.exactOptional();
  const guard = z.strictObject({
    ...guardShape,
    arms: arms.exactOptional(),
    query: writtenMetricQuerySchema,
    limits: z.strictObject({ ...limitsShape, interval: word, initialDelay: word, errorBudget: word }),
    deadline: deadline.exactOptional(),
  });
  return z.array(guard).min(1).max(PROVIDER_GUARDS_MAX);
}
