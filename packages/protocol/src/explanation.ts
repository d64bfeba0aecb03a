import type { ConditionTrace, Context, Explanation, ExplanationStep } from '@tidegate/evaluation';
import * as z from 'zod';
import { evaluationSchema, orAbsent } from './evaluation.ts';
import { jsonValueSchema } from './json.ts';

/** What asks: attributes of any shape; `targetingKey` is the default unit key. */
export const contextSchema = z
  .object({ targetingKey: z.union([z.string(), z.number()]).exactOptional() })
  .catchall(jsonValueSchema)
  .meta({ id: 'Context' }) satisfies z.ZodType<Context>;

export const explainRequestSchema = z.strictObject({
  context: contextSchema,
  revision: z.int().min(1).exactOptional().describe('What was served at this revision; the current one when absent.'),
});

const conditionTraceSchema: z.ZodType<ConditionTrace> = z
  .lazy(() =>
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.enum(['all', 'any']), matched: z.boolean(), children: z.array(conditionTraceSchema) }),
      z.strictObject({ kind: z.literal('not'), matched: z.boolean(), child: conditionTraceSchema }),
      z.strictObject({
        kind: z.literal('segment'),
        segment: z.string(),
        matched: z.boolean(),
        why: z.enum(['excluded', 'included', 'condition', 'unknown-segment', 'cycle']),
        condition: conditionTraceSchema.exactOptional(),
      }),
      z.strictObject({
        kind: z.literal('leaf'),
        attribute: z.string(),
        operator: z.string(),
        values: z.array(jsonValueSchema),
        actual: orAbsent(jsonValueSchema),
        matched: z.boolean(),
      }),
    ]),
  )
  .meta({ id: 'ConditionTrace' });

const rangeSchema = z.strictObject({ fromPpm: z.number(), toPpm: z.number(), variation: z.string() });

const stepSchema: z.ZodType<ExplanationStep> = z
  .lazy(() =>
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('enabled'), flagKey: z.string(), enabled: z.boolean() }),
      z.strictObject({
        kind: z.literal('prerequisite'),
        flagKey: z.string(),
        wanted: z.array(z.string()),
        served: orAbsent(z.string()),
        met: z.boolean(),
        explanation: explanationSchema.exactOptional(),
      }),
      z.strictObject({
        kind: z.literal('target'),
        variation: z.string(),
        unit: z.string(),
        unitKey: orAbsent(z.string()),
        matched: z.boolean(),
      }),
      z.strictObject({
        kind: z.literal('rule'),
        ruleId: z.string(),
        matched: z.boolean(),
        condition: conditionTraceSchema,
      }),
      z.strictObject({ kind: z.literal('fallthrough') }),
      z.strictObject({ kind: z.literal('serve'), variation: z.string() }),
      z.strictObject({
        kind: z.literal('bucket'),
        unit: z.string(),
        unitKey: orAbsent(z.string()),
        salt: z.string(),
        seed: z.number(),
        unitHash: orAbsent(z.number()),
        positionPpm: orAbsent(z.number()),
        range: orAbsent(rangeSchema),
      }),
    ]),
  )
  .meta({ id: 'ExplanationStep' });

/** Every step of one evaluation, in the order in which they were taken. */
export const explanationSchema: z.ZodType<Explanation> = z
  .lazy(() => z.strictObject({ flagKey: z.string(), evaluation: evaluationSchema, steps: z.array(stepSchema) }))
  .meta({ id: 'Explanation' });
