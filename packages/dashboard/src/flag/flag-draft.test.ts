import { expect, test } from 'vitest';
import { freshRuleId, moved } from './flag-draft.ts';

test('an item moves to its new place, and never out of the list', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b', 'c'], 0, 3)).toEqual(['a', 'b', 'c']);
  expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
});

test('a new rule takes no id that is taken', () => {
  const serve = { kind: 'variation', variation: 'on' } as const;
  const rules = [
    { id: 'rule-2', condition: { all: [] }, serve },
    { id: 'x', condition: { all: [] }, serve },
  ];
  expect(freshRuleId(rules)).toBe('rule-3');
  expect(freshRuleId(rules.slice(0, 1))).toBe('rule-3');
});
