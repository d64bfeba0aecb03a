import { expect, test } from 'vitest';
import { jsonValueSchema } from './json.ts';

test.each([null, true, 0, -1.5, '', [], {}, { a: [1, { b: null }] }])('%j is a JSON value', (value) => {
  expect(jsonValueSchema.parse(value)).toEqual(value);
});

test.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol('s'), 1n])(
  'what JSON cannot say is not a JSON value (%s)',
  (value) => expect(jsonValueSchema.safeParse(value).success).toBe(false),
);

test('a body that overflows to infinity is not a JSON value', () => {
  expect(jsonValueSchema.safeParse(JSON.parse('[1e999]')).success).toBe(false);
});
