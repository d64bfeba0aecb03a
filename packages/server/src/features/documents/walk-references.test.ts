import { expect, test } from 'vitest';
import { walkReferences } from './walk-references.ts';

const walk = (references: Record<string, string[]>) => walkReferences('a', (key) => references[key] ?? []);

test('tells how deep references go', () => {
  expect(walk({})).toEqual({ kind: 'depth', depth: 0 });
  expect(walk({ a: ['b', 'c'], b: ['d'], c: [], d: ['e'] })).toEqual({ kind: 'depth', depth: 3 });
});

test('finds the circle that is led into, and only the keys on it', () => {
  expect(walk({ a: ['a'] })).toEqual({ kind: 'cycle', path: ['a', 'a'] });
  expect(walk({ a: ['b'], b: ['c'], c: ['d'], d: ['c'] })).toEqual({ kind: 'cycle', path: ['c', 'd', 'c'] });
});

test('meets a key that many lead to only once', () => {
  const levels = Array.from({ length: 60 }, (_, level) => [`${level}`, [`${level + 1}`, `${level + 1}`]]);
  const references: Record<string, string[]> = { a: ['0'], ...Object.fromEntries(levels) };
  expect(walk(references)).toEqual({ kind: 'depth', depth: 61 });
});
