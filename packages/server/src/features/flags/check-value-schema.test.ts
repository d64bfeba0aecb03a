import type { JsonValue } from '@tidegate/evaluation';
import type { FlagDocument, ValueSchema } from '@tidegate/protocol';
import { buildFlag } from '@tidegate/testkit';
import { describe, expect, test } from 'vitest';
import { checkValueSchema } from './check-value-schema.ts';

function flagOf(valueSchema: ValueSchema | undefined, ...values: readonly JsonValue[]): FlagDocument {
  const { revision, ...flag } = buildFlag({ kind: 'json' });
  const variations = values.map((value, index) => ({ key: `v${index}`, value }));
  const schema = valueSchema === undefined ? {} : { valueSchema };
  return { ...flag, description: '', tags: [], temporary: false, createdAtMs: 0, variations, ...schema };
}
const check = (schema: ValueSchema, ...values: readonly JsonValue[]) =>
  checkValueSchema(flagOf(schema, ...values), undefined);

const LIMITS: ValueSchema = {
  type: 'object',
  properties: { limits: { type: 'object', properties: { perMinute: { type: 'integer', minimum: 1 } } } },
  required: ['limits'],
  additionalProperties: false,
};

describe('values', () => {
  test('that the schema takes are saved, and flags without a schema take any', () => {
    expect(check(LIMITS, { limits: { perMinute: 5 } }, { limits: {} })).toBeUndefined();
    expect(checkValueSchema(flagOf(undefined, 1), undefined)).toBeUndefined();
    expect(check(true, 1, 'x')).toBeUndefined();
  });

  test('that it does not take are told, each at the first place that does not fit', () => {
    const flaw = check(LIMITS, { limits: { perMinute: 5 } }, { limits: {}, limit: 3 }, { limits: { perMinute: 0 } });
    expect(flaw?.code).toBe('value-mismatch');
    expect(flaw?.details.errors).toEqual([
      { pointer: '/variations/1/value', detail: 'must NOT have additional properties: limit' },
      { pointer: '/variations/2/value/limits/perMinute', detail: 'must be >= 1' },
    ]);
  });

  test('are told as 2020-12 has it', () => {
    expect(check({ prefixItems: [{ type: 'string' }], items: false }, ['a'])).toBeUndefined();
    expect(check({ prefixItems: [{ type: 'string' }], items: false }, ['a', 1])?.code).toBe('value-mismatch');
    expect(check({ $defs: { n: { type: 'number' } }, $ref: '#/$defs/n' }, 'x')?.code).toBe('value-mismatch');
  });

  test('that were saved before are not checked again for a change of something else', () => {
    const before = flagOf(LIMITS, 'saved before the schema was');
    expect(checkValueSchema({ ...before, description: 'better told' }, before)).toBeUndefined();
    expect(checkValueSchema({ ...before, variations: flagOf(LIMITS, 'x').variations }, before)?.code).toBe(
      'value-mismatch',
    );
    expect(checkValueSchema(before, { ...before, valueSchema: true })?.code).toBe('value-mismatch');
  });
});

describe('a schema is refused', () => {
  const nested = (levels: number): ValueSchema => (levels === 0 ? {} : { not: nested(levels - 1) });

  test.each<[string, ValueSchema, string]>([
    ['with a keyword that there is not', { minimun: 1 }, 'unknown keyword'],
    ['with a keyword of a wrong type', { minimum: 'one' }, 'minimum must be number'],
    ['with a reference to another place', { $ref: 'https://example.com/schema.json' }, 'leads out of it'],
    ['with a reference to nothing', { $ref: '#/$defs/none' }, "can't resolve"],
    ['of another draft', { $schema: 'http://json-schema.org/draft-07/schema#' }, 'no schema with key'],
    ['that refers to itself alone', { $ref: '#' }, 'leads back to itself'],
    ['with a pattern that is none', { pattern: '(' }, 'missing closing )'],
    ['with a pattern that only backtracking can run', { pattern: '(a)\\1' }, 'invalid escape'],
    ['that nests too deep', nested(20), 'nests 21 levels'],
    ['that is too large', { $comment: 'x'.repeat(64_000) }, 'bytes'],
  ])('%s', (_, schema, words) => {
    const flaw = check(schema, 'aaa');
    expect(flaw?.code).toBe('invalid-value-schema');
    expect(flaw?.details.detail).toContain(words);
  });

  test('whose references multiply beyond the time that there is', () => {
    const twice = (target: string) => ({ allOf: [{ $ref: target }, { $ref: target }] });
    const $defs = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`d${n}`, twice(`#/$defs/d${n + 1}`)]));
    const flaw = check({ $ref: '#/$defs/d0', $defs: { ...$defs, d40: { type: 'string' } } }, 'a');
    expect(flaw?.details.detail).toContain('took longer than 500 ms');
  });
});

test('a pattern that would keep a backtracking engine busy for years is answered', () => {
  expect(check({ pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`)?.code).toBe('value-mismatch');
});

test('several patterns are each their own', () => {
  const schema = { properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' } } };
  expect(check(schema, { a: 'a', b: 'b' })).toBeUndefined();
  expect(check(schema, { a: 'a', b: 'a' })?.details.errors).toMatchObject([{ pointer: '/variations/0/value/b' }]);
});

test('a format is read by people, and checks nothing', () => {
  expect(check({ type: 'string', format: 'email' }, 'no address')).toBeUndefined();
});
