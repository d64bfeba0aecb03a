import { expect, test } from 'vitest';
import { duration, share, wordAt, wordEdits } from './plan-words.ts';

test('a word is read in either form, and written as people do', () => {
  expect(wordAt({ stages: [{ dwellMs: 1_800_000 }] }, ['stages', 0], duration('dwell'))).toBe('30m');
  expect(wordAt({ treatment: '5%' }, [], share('treatment'))).toBe('5%');
  expect(wordAt({ treatmentPpm: 25_000 }, [], share('treatment'))).toBe('2.5%');
  expect(wordEdits(['stages', 0], duration('dwell'), '1h')).toEqual([
    { path: ['stages', 0, 'dwellMs'] },
    { path: ['stages', 0, 'dwell'], value: '1h' },
  ]);
  expect(wordEdits([], duration('bake'), '').every(({ value }) => value === undefined)).toBe(true);
});
