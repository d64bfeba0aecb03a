import type { Condition, Operator } from '@tidegate/evaluation';
import * as z from 'zod';
import { jsonValueSchema } from './json.ts';
import { attributePathSchema, keySchema } from './key.ts';

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
    'after',
    'semverEquals',
    'semverNotEquals',
    'semverLessThan',
    'semverGreaterThan',
    'overlaps',
    'notOverlaps',
    'exists',
    'notExists',
  ])
  .meta({ id: 'Operator' }) satisfies z.ZodType<Operator>;

const leafSchema = z.strictObject({
  attribute: attributePathSchema,
  operator: operatorSchema,
  values: z
    .array(
      jsonValueSchema.refine(
        (value) => typeof value !== 'string' || value.length <= CONDITION_TEXT_LENGTH_MAX,
        `a text in a condition has at most ${CONDITION_TEXT_LENGTH_MAX} characters`,
      ),
    )
    .max(CONDITION_VALUES_MAX)
    .default([]),
});

const conditionNodeSchema: z.ZodType<Condition> = z
  .lazy(() =>
    z.union([
      z.strictObject({ all: z.array(conditionNodeSchema) }),
      z.strictObject({ any: z.array(conditionNodeSchema) }),
      z.strictObject({ not: conditionNodeSchema }),
      z.strictObject({ segment: keySchema }),
      leafSchema,
    ]),
  )
  .meta({ id: 'Condition', description: 'A tree of all, any and not over comparisons and segments.' });

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
  const isLeaf = 'segment' in condition || 'attribute' in condition;
  return isLeaf ? 1 : childrenOf(condition).reduce((count, child) => count + leafCountOf(child), 0);
}

function childrenOf(condition: Condition): readonly Condition[] {
  if ('all' in condition) return condition.all;
  if ('any' in condition) return condition.any;
  return 'not' in condition ? [condition.not] : [];
}
