import type { Condition } from '@tidegate/evaluation';
import { describe, expect, test } from 'vitest';
import { CONDITION_DEPTH_MAX, CONDITION_LEAVES_MAX, CONDITION_VALUES_MAX, conditionSchema } from './condition.ts';

const leaf: Condition = { attribute: 'plan', operator: 'equals', values: ['pro'] };
const messagesOf = (condition: unknown) =>
  conditionSchema.safeParse(condition).error?.issues.map((issue) => issue.message) ?? [];

describe('a condition', () => {
  test('is any tree of all, any, not, segments and comparisons', () => {
    const condition = {
      all: [{ any: [leaf, { segment: 'beta' }] }, { not: { attribute: 'a.b', operator: 'exists' } }],
    };
    expect(conditionSchema.parse(condition)).toEqual({
      all: [{ any: [leaf, { segment: 'beta' }] }, { not: { attribute: 'a.b', operator: 'exists', values: [] } }],
    });
  });

  test.each([
    { all: [leaf], any: [leaf] },
    { ...leaf, operator: 'resembles' },
    { ...leaf, attribute: 'a..b' },
    { attribute: 'a', operator: 'equals', values: 'not a list' },
    { attribute: 'a', values: [1] },
    { segment: 'beta', operator: 'equals' },
    { not: leaf, values: [] },
    {},
    null,
  ])('is not %j', (condition) => {
    expect(conditionSchema.safeParse(condition).success).toBe(false);
  });

  test('nests as deep as the limit, and no deeper', () => {
    const nested = (depth: number): Condition => (depth === 1 ? leaf : { not: nested(depth - 1) });
    expect(messagesOf(nested(CONDITION_DEPTH_MAX))).toEqual([]);
    expect(messagesOf(nested(CONDITION_DEPTH_MAX + 1))).toEqual([expect.stringContaining('nests at most 10 levels')]);
  });

  test('has as many leaves as the limit, and no more', () => {
    const wide = (leafCount: number): Condition => ({ any: Array.from({ length: leafCount }, () => leaf) });
    expect(messagesOf(wide(CONDITION_LEAVES_MAX))).toEqual([]);
    expect(messagesOf(wide(CONDITION_LEAVES_MAX + 1))).toEqual([expect.stringContaining('at most 200 leaves')]);
  });

  test('compares with as many values as the limit, and no more', () => {
    const values = Array.from({ length: CONDITION_VALUES_MAX + 1 }, (_, index) => index);
    expect(messagesOf({ ...leaf, values: values.slice(1) })).toEqual([]);
    expect(conditionSchema.safeParse({ ...leaf, values }).success).toBe(false);
  });
});
