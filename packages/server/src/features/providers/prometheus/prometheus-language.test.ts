import { expect, test } from 'vitest';
import { prometheusLanguage } from './prometheus-language.ts';

const read = (data: unknown, other: object = {}) =>
  prometheusLanguage.read({ status: 'success', data, ...other }, 'the query');
const vector = (...values: readonly unknown[]) => ({
  resultType: 'vector',
  result: values.map((value) => ({ metric: {}, value: [1_700_000_000.123, value] })),
});

test('one series is a number with its instant and its warnings', () => {
  expect(read(vector('1e3'), { warnings: ['partial'] })).toEqual({
    kind: 'number',
    value: 1_000,
    atMs: 1_700_000_000_123,
    warnings: ['partial'],
  });
  expect(read({ resultType: 'scalar', result: [1, '-0.5'] })).toMatchObject({ kind: 'number', value: -0.5 });
});

test('no series is empty, and several or a range are a query that means something else', () => {
  expect(read(vector())).toEqual({ kind: 'empty' });
  expect(read(vector('1', '2'))).toMatchObject({ kind: 'error', class: 'bad_query' });
  expect(read({ resultType: 'matrix', result: [] })).toMatchObject({ kind: 'error', class: 'bad_query' });
});

test.each(['', ' ', 'null', 'true', 'x1', 7, null])('%j is no number', (value) => {
  expect(read(vector(value))).toMatchObject({ kind: 'error', class: 'malformed' });
});

test.each([
  ['timeout', 'timeout'],
  ['canceled', 'unavailable'],
  ['internal', 'unavailable'],
  ['execution', 'bad_query'],
  ['bad_data', 'bad_query'],
  ['something new', undefined],
])('the error type %s is of the class %s', (errorType, errorClass) => {
  const refusal = prometheusLanguage.readRefusal({ status: 'error', errorType, error: 'why' });
  expect(refusal.class).toBe(errorClass);
  expect(refusal.message).toBe(`${errorType}: why`);
});
