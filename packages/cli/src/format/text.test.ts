import { expect, test } from 'vitest';
import { counted, formatCount, formatInstant, formatJson, printable, visibleWidth } from './text.ts';

test('text from outside is one line without control characters', () => {
  expect(printable('a\nb\tc')).toBe('a b c');
  expect(printable('\u001b[2Jgone\u001b[1A')).toBe('gone');
  expect(printable('bell\u0007 and \u009bcsi')).not.toMatch(/\p{Cc}/u);
});

test('colours take no columns', () => {
  expect(visibleWidth('\u001b[31mred\u001b[39m')).toBe(3);
});

test('counts are grouped and named', () => {
  expect(formatCount(0)).toBe('0');
  expect(formatCount(22_871)).toBe('22 871');
  expect(formatCount(1_000_000)).toBe('1 000 000');
  expect(counted(1, 'SDK')).toBe('1 SDK');
  expect(counted(1_200, 'unit')).toBe('1 200 units');
});

test('instants are in UTC and say so', () => {
  expect(formatInstant(Date.UTC(2026, 2, 1, 14, 3, 5))).toBe('2026-03-01 14:03:05Z');
});

test('JSON stays on one line', () => {
  expect(formatJson({ plan: 'pro' })).toBe('{"plan":"pro"}');
  expect(formatJson(undefined)).toBe('nothing');
});
