import { compile, evaluate } from '@tidegate/evaluation';
import { documentsOf } from '@tidegate/flag-file';
import { expect, test } from 'vitest';
import { UnreadableFile } from '../unreadable-file.ts';
import { importFlagd } from './import-flagd.ts';

const FLAG = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
const IS_STAFF = { ends_with: [{ var: 'email' }, '@tide.example'] };

const importOne = (flag: object, more: object = {}) => {
  const { file, report } = importFlagd({ flags: { f: { ...FLAG, ...flag } }, ...more });
  return { definition: file.flags['f'], line: report.flags['f'], rules: compile(documentsOf(file)) };
};

test('a chain of ifs becomes rules that people can read', () => {
  const { definition } = importOne({
    targeting: {
      if: [{ and: [IS_STAFF, { '!': [{ in: [{ var: 'plan' }, ['free']] }] }] }, 'on', IS_STAFF, 'off', 'on'],
    },
  });
  const leaf = (attribute: string, expression: object) => ({
    dialect: 'flagd',
    attribute,
    operator: 'jsonLogic',
    values: [expression, 'f'],
  });
  expect(definition?.rules).toEqual([
    {
      id: 'rule-1',
      condition: {
        all: [leaf('email', IS_STAFF), { not: leaf('plan', { in: [{ var: 'plan' }, ['free']] }) }],
      },
      serve: { kind: 'variation', variation: 'on' },
    },
    { id: 'rule-2', condition: leaf('email', IS_STAFF), serve: { kind: 'variation', variation: 'off' } },
  ]);
  expect(definition?.fallthrough).toEqual({ kind: 'variation', variation: 'on' });
});

test('a fractional becomes a split, by the key of the flag or by what it names', () => {
  const split = { on: 25, off: 75 };
  const buckets = Object.entries(split);
  const byDefault = importOne({ targeting: { fractional: buckets } }).definition?.fallthrough;
  expect(byDefault).toEqual({
    kind: 'vendorSplit',
    bucketing: { algorithm: 'flagd', prefix: 'f', totalWeight: 100, takes: 'truthy' },
    units: ['targetingKey'],
    ranges: [
      { from: 0, to: 25, variation: 'on' },
      { from: 25, to: 100, variation: 'off' },
    ],
    onMissingUnit: 'off',
  });
  const byTenant = { cat: [{ var: '$flagd.flagKey' }, { var: 'tenant' }] };
  expect(importOne({ targeting: { fractional: [byTenant, ...buckets] } }).definition?.fallthrough).toMatchObject({
    bucketing: { prefix: 'f', takes: 'orNull' },
    units: ['tenant'],
  });
});

test('without a value flagd leaves it to the caller, and so do we', () => {
  const served = (flag: object) => {
    const { value, variation, reason, errorCode } = evaluate(importOne(flag).rules, 'f', {});
    return { value, variation, reason, errorCode };
  };
  const callers = { value: undefined, variation: undefined, errorCode: undefined };
  expect(served({ state: 'DISABLED' })).toEqual({ ...callers, reason: 'DISABLED' });
  expect(served({ defaultVariant: null })).toEqual({ ...callers, reason: 'STATIC' });
  expect(served({ targeting: { if: [true, 'maybe', 'on'] } })).toEqual({ ...callers, reason: 'TARGETING_MATCH' });
});

test("an error of JsonLogic is the caller's default, before anything else is asked", () => {
  const isAda = { '==': [{ var: 'email' }, 'ada'] };
  const { definition, rules } = importOne({ targeting: { if: [isAda, 'on', { fractional: [['off', 1]] }] } });
  expect(definition?.rules?.[0]).toMatchObject({
    id: 'fails',
    condition: { operator: 'jsonLogicFails', values: [{ if: [isAda, null, null] }, 'f'] },
    serve: { variation: '$default' },
  });
  expect(evaluate(rules, 'f', { email: 'ada' }).value).toBe(true);
  expect(evaluate(rules, 'f', { email: 'eve' }).value).toBe(false);
  expect(evaluate(rules, 'f', { email: 7 }).value).toBeUndefined();
});

test('a name that is computed is asked for each variant', () => {
  const { rules, line } = importOne({ targeting: { var: 'wanted' } });
  expect(line).toEqual({ status: 'exact', reasons: [] });
  expect(evaluate(rules, 'f', { wanted: 'on' }).variation).toBe('on');
  expect(evaluate(rules, 'f', { wanted: null }).variation).toBe('off');
  expect(evaluate(rules, 'f', { wanted: 'blue' }).variation).toBeUndefined();
});

test('evaluators stand in for their references', () => {
  const { rules } = importOne(
    { targeting: { if: [{ $ref: 'isStaff' }, 'on', 'off'] } },
    { $evaluators: { isStaff: IS_STAFF } },
  );
  expect(evaluate(rules, 'f', { email: 'ada@tide.example' }).value).toBe(true);
  expect(evaluate(rules, 'f', { email: 'ada@ebb.example' }).value).toBe(false);
});

test.each([
  [{ state: 'ON' }, 'neither ENABLED nor DISABLED'],
  [{ variants: {}, defaultVariant: null }, 'no variants'],
  [{ variants: { on: true, off: 'no' } }, 'several kinds: boolean, string'],
  [{ variants: { $default: true }, defaultVariant: null }, 'means something else here'],
  [{ defaultVariant: 'maybe' }, 'none of its variants'],
  [{ targeting: { if: [{ $ref: 'gone' }, 'on'] } }, 'an evaluator that the file does not have'],
  [{ targeting: { reduce: [[1], { var: 'current' }, 0] } }, 'the operator "reduce"'],
  [{ targeting: { if: [{ var: { var: 'a' } }, 'on', 'off'] } }, 'a "var" whose path is not a plain text'],
  [{ targeting: { if: [{ '<': [1, 'one'] }, 'on', 'off'] } }, 'a use of "<" that always fails'],
])('%j is refused by name', (flag, why) => {
  const { line } = importOne(flag);
  expect(line?.status).toBe('refused');
  expect(line?.reasons.join()).toContain(why);
});

test('logic that nobody can read is refused, however deep', () => {
  const deep = JSON.parse(`${'{"!":'.repeat(20_000)}true${'}'.repeat(20_000)}`);
  expect(importOne({ targeting: { if: [deep, 'on', 'off'] } }).line).toEqual({
    status: 'refused',
    reasons: ['Its targeting cannot be run: nested deeper than 100 levels.'],
  });
});

test('names that a server does not take are told', () => {
  const flag = { ...FLAG, variants: { 'very on': true, off: false } };
  expect(importFlagd({ flags: { 'a flag': flag } }).report.flags['a flag']?.reasons).toEqual([
    expect.stringContaining('the key "a flag"'),
    expect.stringContaining('the variation "very on"'),
  ]);
});

test.each([[[]], [{}], [{ flags: [] }], ['flags']])('%j is no file of flagd', (json) => {
  expect(() => importFlagd(json)).toThrow(UnreadableFile);
});
