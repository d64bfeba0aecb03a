import { expect, test } from 'vitest';
import { mergePatch } from './merge-patch.ts';

test('a split that becomes one variation leaves no ranges behind', () => {
  const split = { kind: 'split', ranges: [{ fromPpm: 0, toPpm: 1_000_000, variation: 'on' }] };
  const before = { enabled: true, fallthrough: split };
  const after = { enabled: true, fallthrough: { kind: 'variation', variation: 'off' } };
  expect(mergePatch(before, after)).toEqual({
    fallthrough: { kind: 'variation', variation: 'off', ranges: null },
  });
});

test('what is the same is not sent, lists are sent whole, and what is gone is null', () => {
  expect(mergePatch({ a: 1, b: [1, 2], c: 'x' }, { a: 1, b: [2, 1] })).toEqual({ b: [2, 1], c: null });
  expect(mergePatch({ a: { b: 1 } }, { a: { b: 1 } })).toEqual({});
});
