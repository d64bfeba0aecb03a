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

/** A condition is told by which of these members it has. */
const FORMS = ['all', 'any', 'not', 'segment', 'attribute'] as const;

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
      attribute: attributePathSchema.exactOptional(),
      operator: operatorSchema.exactOptional(),
      values: z.array(valueSchema).max(CONDITION_VALUES_MAX).exactOptional(),
    }),
  )
  .superRefine((node, context) => {
    const forms = FORMS.filter((form) => Object.hasOwn(node, form));
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (forms.length !== 1)
      refuse([], `a condition has exactly one of ${FORMS.join(', ')}; this one has ${forms.length}`);
    else if (forms[0] === 'attribute' && node.operator === undefined)
      refuse(['operator'], 'a comparison has an operator');
    else if (forms[0] !== 'attribute' && node.operator !== undefined)
      refuse(['operator'], 'only an attribute is compared');
    else if (forms[0] !== 'attribute' && node.values !== undefined) refuse(['values'], 'only an attribute has values');
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
  const isLeaf = 'segment' in condition || 'attribute' in condition;
  return isLeaf ? 1 : childrenOf(condition).reduce((count, child) => count + leafCountOf(child), 0);
}

function childrenOf(condition: Condition): readonly Condition[] {
  if ('all' in condition) return condition.all;
  if ('any' in condition) return condition.any;
  return 'not' in condition ? [condition.not] : [];
}
