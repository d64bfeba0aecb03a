import { expect, test } from 'vitest';
import { type FlagDraft, freshRuleId, moved, renamed } from './flag-draft.ts';

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

test('a variation is renamed wherever it is served, unless another one has the name', () => {
  const draft = {
    variations: [
      { key: 'a', value: 1 },
      { key: 'b', value: 2 },
    ],
    offVariation: 'a',
    targets: [{ variation: 'a', keys: ['u'] }],
    rules: [{ id: 'r', condition: { all: [] }, serve: { kind: 'variation', variation: 'b' } }],
    fallthrough: { kind: 'split', ranges: [{ fromPpm: 0, toPpm: 1_000_000, variation: 'a' }] },
  } as unknown as FlagDraft;
  expect(renamed(draft, 0, 'c')).toMatchObject({
    variations: [{ key: 'c' }, { key: 'b' }],
    offVariation: 'c',
    targets: [{ variation: 'c' }],
    rules: [{ serve: { variation: 'b' } }],
    fallthrough: { ranges: [{ variation: 'c' }] },
  });
  const twins = renamed(draft, 0, 'b');
  expect(twins).toMatchObject({ variations: [{ key: 'b' }, { key: 'b' }], offVariation: 'a' });
  expect(renamed(twins, 0, 'bc')).toMatchObject({ variations: [{ key: 'bc' }, { key: 'b' }], rules: draft.rules });
});
