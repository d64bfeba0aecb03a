import { expect, test } from 'vitest';
import { matches } from './answer.ts';
import { COMPLETE_LANGUAGE } from './complete-language.ts';
import { NO_LINKS } from './entry.ts';
import type { Operator } from './flag.ts';
import type { JsonValue } from './json.ts';
import { isOperator, operatorTakes } from './operators.ts';
import { planCondition } from './plan-condition.ts';
import { scopeOf, workshopOf } from './scope.ts';

// What each operator matches is told by conformance/evaluation/operators.json.

test('an operator that no version here knows is none', () => {
  expect(isOperator('semverGreaterThan')).toBe(true);
  for (const name of ['resembles', 'constructor', '', undefined, 7]) expect(isOperator(name)).toBe(false);
});

test.each<[Operator, JsonValue[], JsonValue[]]>([
  ['equals', ['a', 1, true], [null, [], {}, Number.NaN]],
  ['notIn', ['a', 1, false], [null, ['a']]],
  ['startsWith', ['a', ''], [1, null]],
  ['notContains', ['a'], [true]],
  ['lessThan', [1, -0.5], ['1', Number.POSITIVE_INFINITY, null]],
  ['before', ['2026-11-21T21:07:00Z', 0], ['2026-11-21', '0', null]],
  ['semverNotEquals', ['1.2.3', 'v1.2.3-rc.1'], ['1.2', 1, null]],
  ['matches', ['^a+$', ''], ['(', '(?=a)', '(a)\\1', 1, null]],
  [
    'notInCidr',
    ['10.0.0.0/8', '2001:db8::/32', '::1', '::ffff:10.0.0.1'],
    ['10.0.0/8', '10.0.0.0/33', '::/129', 'x', 1],
  ],
  ['exists', [], ['a', 1, null]],
  ['notExists', [], ['a']],
])('%s compares with %j and not with %j', (operator, taken, refused) => {
  expect(taken.map((value) => operatorTakes(operator, value))).toEqual(taken.map(() => true));
  expect(refused.map((value) => operatorTakes(operator, value))).toEqual(refused.map(() => false));
});

test('a value that the operator cannot compare with leaves the others as they are', () => {
  const match = (operator: Operator, values: JsonValue[], actual: JsonValue) =>
    matches(
      planCondition({ attribute: 'a', operator, values }, scopeOf(workshopOf({ language: COMPLETE_LANGUAGE }))),
      { a: actual },
      NO_LINKS,
    );
  expect(match('lessThan', ['none', 18], 17)).toBe(true);
  expect(match('semverGreaterThan', ['latest', '1.0.0'], '1.0.1')).toBe(true);
  expect(match('in', [null, 'pro', {}], 'pro')).toBe(true);
});
