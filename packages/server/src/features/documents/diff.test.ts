import { expect, test } from 'vitest';
import { diffOf } from './diff.ts';

test('nothing changed is no step, whatever the order of members', () => {
  expect(diffOf({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 })).toEqual([]);
});

test('members come, go and change', () => {
  expect(diffOf({ a: 1, b: 2, c: { d: 3 } }, { a: 1, c: { d: 4 }, e: null })).toEqual([
    { op: 'remove', path: '/b', from: 2 },
    { op: 'replace', path: '/c/d', from: 3, value: 4 },
    { op: 'add', path: '/e', value: null },
  ]);
});

test('an element in the middle of a list is one step', () => {
  expect(diffOf([1, 2, 4], [1, 2, 3, 4])).toEqual([{ op: 'add', path: '/2', value: 3 }]);
  expect(diffOf([1, 2, 3, 4], [1, 2, 4])).toEqual([{ op: 'remove', path: '/2', from: 3 }]);
});

test('what is no longer in a list is taken from its end, so that each index means what it says', () => {
  expect(diffOf(['a', 'b', 'c'], [])).toEqual([
    { op: 'remove', path: '/2', from: 'c' },
    { op: 'remove', path: '/1', from: 'b' },
    { op: 'remove', path: '/0', from: 'a' },
  ]);
});

test('names with slashes and tildes are escaped', () => {
  expect(diffOf({}, { 'a/b~c': 1 })).toEqual([{ op: 'add', path: '/a~1b~0c', value: 1 }]);
});

test('another sort of value replaces the old one whole', () => {
  expect(diffOf({ a: [1] }, { a: { 0: 1 } })).toEqual([{ op: 'replace', path: '/a', from: [1], value: { 0: 1 } }]);
});

test('a list that grew by more than a call takes arguments has its steps all the same', () => {
  const members = Array.from({ length: 200_000 }, (_, index) => `u${index}`);
  expect(diffOf({ included: [] }, { included: members })).toHaveLength(members.length);
});
