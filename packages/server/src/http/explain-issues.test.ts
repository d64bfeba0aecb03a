import { conditionSchema, newFlagSchema } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import type * as z from 'zod';
import { explainIssues } from './explain-issues.ts';

function explain(schema: z.ZodType, value: unknown) {
  const parsed = schema.safeParse(value);
  if (parsed.success) throw new Error('expected a flaw');
  return explainIssues(parsed.error);
}

test('an unknown member is named itself, not the object that has it', () => {
  expect(explain(newFlagSchema, { key: 'a', x: 1, y: 2 }).map(({ pointer }) => pointer)).toEqual(['/x', '/y']);
});

test('of several forms, the one that was meant explains what is wrong', () => {
  expect(explain(conditionSchema, { attribute: 'a', operator: 'like', values: [] })).toMatchObject([
    { pointer: '/operator' },
  ]);
  expect(explain(conditionSchema, { any: [{ not: { segment: '' } }] })).toMatchObject([
    { pointer: '/any/0/not/segment', detail: expect.stringContaining('a key starts with') },
  ]);
});

test('what is none of the forms is told where it stands', () => {
  expect(explain(conditionSchema, { all: ['text'] })).toMatchObject([{ pointer: '/all/0' }]);
});

test('no more than twenty flaws are told', () => {
  const rules = Array.from({ length: 30 }, () => ({}));
  expect(explain(newFlagSchema, { key: 'a', rules })).toHaveLength(20);
});
