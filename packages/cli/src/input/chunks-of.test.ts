import { expect, test } from 'vitest';
import { chunksOf } from './chunks-of.ts';

test('parts have as many units as a request takes, and fewer where their keys are long', () => {
  const short = Array.from({ length: 20_001 }, (_, index) => `u${index}`);
  expect(chunksOf(short).map(({ length }) => length)).toEqual([10_000, 10_000, 1]);
  const long = Array.from({ length: 2_000 }, (_, index) => `${index}`.padStart(512, 'ü'));
  const parts = chunksOf(long);
  expect(parts.flat()).toEqual(long);
  for (const part of parts) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(1_000_000);
});

test('no units make no parts', () => {
  expect(chunksOf([])).toEqual([]);
});
