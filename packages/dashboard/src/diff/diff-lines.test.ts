import { expect, test } from 'vitest';
import { diffLines, foldRows, linesOf } from './diff-lines.ts';

test('a changed line stands beside what it was, and lines that came or went beside nothing', () => {
  expect(diffLines('a\nb\nc\nd', 'a\nx\nc\nd\ne')).toEqual([
    { kind: 'same', left: 'a', right: 'a' },
    { kind: 'changed', left: 'b', right: 'x' },
    { kind: 'same', left: 'c', right: 'c' },
    { kind: 'same', left: 'd', right: 'd' },
    { kind: 'added', left: undefined, right: 'e' },
  ]);
});

test('left and right can be read back from the rows', () => {
  const before = 'one\ntwo\nthree\ntwo\nfour';
  const after = 'two\nthree\nfive\nfour\nsix';
  const rows = diffLines(before, after);
  const side = (of: 'left' | 'right') => rows.flatMap((row) => row[of] ?? []).join('\n');
  expect(side('left')).toBe(before);
  expect(side('right')).toBe(after);
});

test('the order of members says nothing, that of lists does', () => {
  expect(linesOf({ b: 1, a: { d: 2, c: 3 } })).toBe(linesOf({ a: { c: 3, d: 2 }, b: 1 }));
  expect(linesOf([1, 2])).not.toBe(linesOf([2, 1]));
});

test('what is far from any change is folded', () => {
  const lines = Array.from({ length: 20 }, (_, index) => String(index));
  const folded = foldRows(diffLines(lines.join('\n'), lines.with(10, 'x').join('\n')));
  expect(folded.map((row) => row?.right)).toEqual([undefined, '7', '8', '9', 'x', '11', '12', '13', undefined]);
});
