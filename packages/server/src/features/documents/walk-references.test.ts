import { expect, test } from 'vitest';
import { keysLeadingTo, walkReferences } from './walk-references.ts';

const walk = (references: Record<string, string[]>) => walkReferences('a', (key) => references[key] ?? []);

test('tells how deep references go', () => {
  expect(walk({})).toEqual({ kind: 'bounded', depth: 0, visitCount: 0 });
  expect(walk({ a: ['b', 'c'], b: ['d'], c: [], d: ['e'] })).toEqual({
    kind: 'bounded',
    depth: 3,
    visitCount: 4,
  });
});

test('finds the circle that is led into, and only the keys on it', () => {
  expect(walk({ a: ['a'] })).toEqual({ kind: 'cycle', path: ['a', 'a'] });
  expect(walk({ a: ['b'], b: ['c'], c: ['d'], d: ['c'] })).toEqual({ kind: 'cycle', path: ['c', 'd', 'c'] });
});

test('meets a key that many lead to only once', () => {
  const levels = Array.from({ length: 60 }, (_, level) => [`${level}`, [`${level + 1}`, `${level + 1}`]]);
  const references: Record<string, string[]> = { a: ['0'], ...Object.fromEntries(levels) };
  expect(walk(references)).toEqual({ kind: 'bounded', depth: 61, visitCount: 2 ** 61 - 1 });
});

test('tells who leads to a key, through whatever, and goes round in no circle', () => {
  const references: Record<string, string[]> = { a: ['b'], b: ['c', 'd'], c: ['a'], e: ['b', 'e'], f: ['d'] };
  const leading = (key: string) => keysLeadingTo(key, Object.keys(references), (one) => references[one] ?? []);
  expect(leading('b')).toEqual(['a', 'e', 'c']);
  expect(leading('d')).toEqual(['b', 'f', 'a', 'e', 'c']);
  expect(leading('nobody')).toEqual([]);
});
