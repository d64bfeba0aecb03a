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
  expect(outcomes.length).toBeGreaterThan(10);
});

test('a case that fails is told with what was expected', () => {
  const [outcome] = SUITES['evaluation']?.({ texts: [{ text: '', seed: 0, hash: 7 }] }) ?? [];
  expect(outcome).toEqual({ name: 'xxh32 of ""', flaw: 'expected 7, got 46947589' });
});
