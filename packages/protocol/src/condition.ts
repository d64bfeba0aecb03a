import type { Bucket, Condition, Dialect, Operator } from '@tidegate/evaluation';
import * as z from 'zod';
import { jsonValueSchema } from './json.ts';
import { attributePathSchema, bucketGroupSchema, keySchema, ppmSchema } from './key.ts';
import { VENDOR_UNITS_MAX, vendorBucketingSchema } from './vendor-bucketing.ts';

/** `all`, `any` and `not` inside one another. Nobody reads deeper logic; a segment gives a part of it a name. */
export const CONDITION_DEPTH_MAX = 10;
/** Leaves of one condition. Bounds the time of one rule; longer lists belong into one leaf's values or a segment. */
export const CONDITION_LEAVES_MAX = 200;
/** Values of one leaf. Longer lists belong into a segment, which is sent once however many flags use it. */
export const CONDITION_VALUES_MAX = 1_000;
/** Characters of one text that a condition compares with. */
const CONDITION_TEXT_LENGTH_MAX = 2_000;

const operatorSchema = z
  .enum([
    'equals',
    'notEquals',
    'in',
    'notIn',
    'contains',
    'notContains',
    'startsWith',
    'notStartsWith',
    'endsWith',
    'notEndsWith',
    'lessThan',
    'lessThanOrEqual',
    'greaterThan',
    'greaterThanOrEqual',
    'before',
    'notBefore',
    'after',
    'notAfter',
    'matches',
    'notMatches',
    'inCidr',
    'notInCidr',
    'semverEquals',
    'semverNotEquals',
    'semverLessThan',
    'semverLessThanOrEqual',
    'semverGreaterThan',
    'semverGreaterThanOrEqual',
    'overlaps',
    'notOverlaps',
    'exists',
    'notExists',
  ])
  .meta({ id: 'Operator' }) satisfies z.ZodType<Operator>;

/** A condition is told by which of these members it has. */
const FORMS = ['all', 'any', 'not', 'segment', 'flag', 'bucket', 'attribute'] as const;

/** Variations that one condition asks of another flag. */
const FLAG_VARIATIONS_MAX = 100;
const DIALECT_OPERATOR_LENGTH_MAX = 50;

const dialectSchema = z.enum(['launchdarkly', 'unleash', 'growthbook', 'flagd']) satisfies z.ZodType<Dialect>;

const bucketSchema = z
  .union([
    z.strictObject({
      salt: bucketGroupSchema,
      unit: attributePathSchema.exactOptional(),
      fromPpm: ppmSchema,
      toPpm: ppmSchema,
    }),
    z.strictObject({
      bucketing: vendorBucketingSchema,
      units: z.array(attributePathSchema).min(1).max(VENDOR_UNITS_MAX),
      from: z.number(),
      to: z.number(),
    }),
  ])
  .meta({ id: 'Bucket' }) satisfies z.ZodType<Bucket>;

const valueSchema = jsonValueSchema.refine(
  (value) => typeof value !== 'string' || value.length <= CONDITION_TEXT_LENGTH_MAX,
  `a text in a condition has at most ${CONDITION_TEXT_LENGTH_MAX} characters`,
);

/**
 * All forms in one object, and then exactly one of them: a union would try each form on each node, and 1 MB of nodes
 * that fit none took half a minute to refuse.
 */
const looseNodeSchema = z
  .lazy(() =>
    z.strictObject({
      all: z.array(conditionNodeSchema).exactOptional(),
      any: z.array(conditionNodeSchema).exactOptional(),
      not: conditionNodeSchema.exactOptional(),
      segment: keySchema.exactOptional(),
      flag: keySchema.exactOptional(),
      variations: z.array(keySchema).min(1).max(FLAG_VARIATIONS_MAX).exactOptional(),
      bucket: bucketSchema.exactOptional(),
      attribute: attributePathSchema.exactOptional(),
      operator: z.string().max(DIALECT_OPERATOR_LENGTH_MAX).exactOptional(),
      dialect: dialectSchema.exactOptional(),
      values: z.array(valueSchema).max(CONDITION_VALUES_MAX).exactOptional(),
    }),
  )
  .superRefine((node, context) => {
    const forms = FORMS.filter((form) => Object.hasOwn(node, form));
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (forms.length !== 1) {
      refuse([], `a condition has exactly one of ${FORMS.join(', ')}; this one has ${forms.length}`);
      return;
    }
    const [form] = forms;
    if (form === 'attribute' && node.operator === undefined) refuse(['operator'], 'a comparison has an operator');
    if (form === 'attribute' && node.dialect === undefined && node.operator !== undefined) {
      if (!operatorSchema.safeParse(node.operator).success) refuse(['operator'], 'there is no such operator');
    }
    if (form !== 'attribute' && node.operator !== undefined) refuse(['operator'], 'only an attribute is compared');
    if (form !== 'attribute' && node.dialect !== undefined) refuse(['dialect'], 'only a comparison has a dialect');
    if (form !== 'attribute' && node.values !== undefined) refuse(['values'], 'only an attribute has values');
    if (form === 'flag' && node.variations === undefined)
      refuse(['variations'], 'name the variations that are asked for');
    if (form !== 'flag' && node.variations !== undefined) refuse(['variations'], 'only a flag has variations');
  })
  .overwrite((node) => (node.attribute === undefined ? node : { ...node, values: node.values ?? [] }))
  .meta({
    id: 'Condition',
    description: 'A tree of all, any and not over comparisons and segments; a comparison may leave out empty values.',
    oneOf: FORMS.map((form) => ({ required: [form] })),
  });

// The refinement leaves one form, whole; the overwrite completes the comparison: that is a Condition.
const conditionNodeSchema = looseNodeSchema as unknown as z.ZodType<Condition>;

/** A whole condition, with its limits. */
export const conditionSchema = conditionNodeSchema
  .refine((condition) => depthOf(condition) <= CONDITION_DEPTH_MAX, {
    message: `a condition nests at most ${CONDITION_DEPTH_MAX} levels of all, any and not; give a part of it a name as a segment`,
  })
  .refine((condition) => leafCountOf(condition) <= CONDITION_LEAVES_MAX, {
    message: `a condition has at most ${CONDITION_LEAVES_MAX} leaves; give a part of it a name as a segment`,
  });

function depthOf(condition: Condition): number {
  return 1 + Math.max(0, ...childrenOf(condition).map(depthOf));
}

function leafCountOf(condition: Condition): number {
  const isTree = 'all' in condition || 'any' in condition || 'not' in condition;
  return !isTree ? 1 : childrenOf(condition).reduce((count, child) => count + leafCountOf(child), 0);
}

function childrenOf(condition: Condition): readonly Condition[] {
  if ('all' in condition) return condition.all;
  if ('any' in condition) return condition.any;
  return 'not' in condition ? [condition.not] : [];
}
