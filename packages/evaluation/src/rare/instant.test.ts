import { expect, test } from 'vitest';
import { instantMs } from './instant.ts';

test.each([
  ['1970-01-01T00:00:00Z', 0],
  ['2026-11-21T21:07:00Z', Date.UTC(2026, 10, 21, 21, 7)],
  ['2026-11-21t21:07:00.5z', Date.UTC(2026, 10, 21, 21, 7, 0, 500)],
  ['2026-11-21 21:07:00.123456789Z', Date.UTC(2026, 10, 21, 21, 7, 0, 123)],
  ['2026-11-22T02:37:00+05:30', Date.UTC(2026, 10, 21, 21, 7)],
  ['2026-11-21T13:07:00-08:00', Date.UTC(2026, 10, 21, 21, 7)],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
  ['0099-01-01T00:00:00Z', -59_042_995_200_000],
])('%s is an instant', (text, atMs) => expect(instantMs(text)).toBe(atMs));

test('a number is its own instant', () => {
  expect(instantMs(1_763_760_000_000)).toBe(1_763_760_000_000);
  expect(instantMs(Number.POSITIVE_INFINITY)).toBeNaN();
});

test.each([
  '2026-11-21',
  '2026-11-21T21:07:00',
  '2026-11-21T21:07Z',
  '2026-02-30T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-10T00:00:00Z',
  '2026-01-00T00:00:00Z',
  '2026-11-21T24:00:00Z',
  '2026-11-21T21:60:00Z',
  '2026-11-21T21:07:61Z',
  '2026-11-21T21:07:00+24:00',
  '2026-11-21T21:07:00+0530',
  '2026-11-21T21:07:00.Z',
  '+002026-11-21T21:07:00Z',
  'Sat, 21 Nov 2026 21:07:00 GMT',
  '1763760000000',
  '',
])('%j is none', (text) => expect(instantMs(text)).toBeNaN());

test('nothing but texts and numbers is an instant', () => {
  for (const value of [null, true, ['2026-11-21T21:07:00Z'], {}]) expect(instantMs(value)).toBeNaN();
});
