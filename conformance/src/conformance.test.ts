import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SUITES } from './suites.ts';

const files = Object.keys(SUITES).flatMap((name) => {
  const folder = join(import.meta.dirname, '..', name);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ name, file, path: join(folder, file) }));
});

test.each(files)('our own packages pass $name/$file', ({ name, path }) => {
  const outcomes = SUITES[name]?.(JSON.parse(readFileSync(path, 'utf8'))) ?? [];
  expect(outcomes.filter(({ flaw }) => flaw !== undefined)).toEqual([]);
  expect(outcomes.length).toBeGreaterThan(1);
});

test('a case that fails is told with what was expected', () => {
  const [outcome] = SUITES['evaluation']?.({ texts: [{ text: '', seed: 0, hash: 7 }] }) ?? [];
  expect(outcome).toEqual({ name: 'xxh32 of ""', flaw: 'expected 7, got 46947589' });
});

test('a file of statistics that is of no known form fails, and says which there are', () => {
  const outcomes = SUITES['statistics']?.({ name: 'astrology', tolerance: { relative: 1, absolute: 1 }, vectors: [] });
  expect(outcomes).toEqual([{ name: 'astrology', flaw: expect.stringContaining('expected one of mann-whitney, ') }]);
});

test('a number beyond the tolerance fails, and so does one that nobody computes', () => {
  const tolerance = { relative: 1e-9, absolute: 1e-12 };
  const vector = (id: string, expected: object) => ({ id, observed: [495, 505], weights: [1, 1], expected });
  const vectors = [
    vector('right', { chi2: 0.1, note: 'for the reader' }),
    vector('wrong', { chi2: 0.1001 }),
    vector('unknown', { chi3: 0.1 }),
  ];
  expect(SUITES['statistics']?.({ name: 'chi-square', tolerance, vectors })).toEqual([
    { name: 'right', flaw: undefined },
    { name: 'wrong', flaw: 'value.chi2: expected 0.1001, got 0.1' },
    { name: 'unknown', flaw: 'value.chi3: expected 0.1, got nothing that this suite knows' },
  ]);
});
