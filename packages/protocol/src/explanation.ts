import type { ConditionTrace, Context, Explanation, ExplanationStep } from '@tidegate/evaluation';
import * as z from 'zod';
import { type ChangeView, changeViewSchema } from './change.ts';
import { evaluationSchema, orAbsent } from './evaluation.ts';
import { jsonValueSchema } from './json.ts';
import { revisionSchema } from './key.ts';

/** What asks: attributes of any shape; `targetingKey` is the default unit key. */
export const contextSchema = z
  .object({ targetingKey: z.union([z.string(), z.number()]).exactOptional() })
  .catchall(jsonValueSchema)
  .meta({ id: 'Context' }) satisfies z.ZodType<Context>;

/** Of which moment: of a revision, of an instant, or of now. */
export const explainRequestSchema = z
  .strictObject({
    context: contextSchema,
    revision: z.int().min(1).exactOptional().describe('What was served at this revision; the current one when absent.'),
    atMs: z.int().min(0).exactOptional().describe('What was in force at this instant, which `$now` then reads.'),
  })
  .refine(({ revision, atMs }) => revision === undefined || atMs === undefined, {
    path: ['atMs'],
    error: 'a moment is a revision or an instant, not both',
  });

const positionShape = {
  unit: z.string(),
  unitKey: orAbsent(z.string()),
  salt: z.string(),
  seed: z.number(),
  unitHash: orAbsent(z.number()),
  positionPpm: orAbsent(z.number()),
};

const sliceShape = { fromPpm: z.number(), toPpm: z.number(), matched: z.boolean() };

const vendorTraceShape = {
  algorithm: z.string(),
  units: z.array(z.string()),
  unit: orAbsent(z.string()),
  input: orAbsent(z.string()),
  position: orAbsent(z.number()),
};

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
        kind: z.literal('flag'),
        flagKey: z.string(),
        wanted: z.array(z.string()),
        served: orAbsent(z.string()),
        matched: z.boolean(),
        explanation: z.lazy(() => explanationSchema).exactOptional(),
      }),
      z.strictObject({ kind: z.literal('bucket'), ...positionShape, ...sliceShape }),
      z.strictObject({
        kind: z.literal('vendorBucket'),
        ...vendorTraceShape,
        from: z.number(),
        to: z.number(),
        matched: z.boolean(),
      }),
      z.strictObject({
        kind: z.literal('leaf'),
        attribute: z.string(),
        operator: z.string(),
        values: z.array(jsonValueSchema),
        dialect: z.string().exactOptional(),
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
      z.strictObject({
        kind: z.literal('scope'),
        ruleId: z.string().exactOptional(),
        outside: z.boolean(),
        condition: conditionTraceSchema,
      }),
      z.strictObject({
        kind: z.literal('cap'),
        ruleId: z.string().exactOptional(),
        capped: z.boolean(),
        condition: conditionTraceSchema,
        ranges: z.array(rangeSchema),
      }),
      z.strictObject({ kind: z.literal('fallthrough') }),
      z.strictObject({ kind: z.literal('serve'), variation: z.string() }),
      z.strictObject({ kind: z.literal('holdout'), held: z.boolean(), segment: conditionTraceSchema }),
      z.strictObject({ kind: z.literal('layer'), layer: z.string(), ...positionShape, ...sliceShape }),
      z.strictObject({ kind: z.literal('bucket'), ...positionShape, range: orAbsent(rangeSchema) }),
      z.strictObject({
        kind: z.literal('vendorBucket'),
        ...vendorTraceShape,
        range: orAbsent(z.strictObject({ from: z.number(), to: z.number(), variation: z.string() })),
      }),
    ]),
  )
  .meta({ id: 'ExplanationStep' });

/** Every step of one evaluation, in the order in which they were taken. */
const explanationSchema: z.ZodType<Explanation> = z
  .lazy(() => z.strictObject({ flagKey: z.string(), evaluation: evaluationSchema, steps: z.array(stepSchema) }))
  .meta({ id: 'Explanation' });

/** An explanation with its moment, and with what made it so. */
export interface ExplanationView extends Explanation {
  /** The revision that was in force. */
  readonly revision: number;
  /**
   * For the flag, and for every flag and segment that was asked on the way: the change that made it what it was then,
   * by whom, when and why.
   */
  readonly changes: readonly ChangeView[];
}

export const explanationViewSchema = z
  .strictObject({
    flagKey: z.string(),
    evaluation: evaluationSchema,
    steps: z.array(stepSchema),
    revision: revisionSchema,
    changes: z.array(changeViewSchema),
  })
  .meta({ id: 'ExplanationView' }) satisfies z.ZodType<ExplanationView>;
