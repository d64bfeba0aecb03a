import { answered, InMemoryWire } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import type { HttpOutcome } from './attempt-request.ts';
import { drawDelayMs, parseRetryAfterMs } from './backoff.ts';

/** The least and the most that may be drawn. */
function rangeMs(failureCount: number, outcome?: HttpOutcome): number[] {
  const platform = new InMemoryWire().platform();
  return [0, 1].map((drawn) => drawDelayMs({ ...platform, random: () => drawn }, failureCount, outcome));
}

const retryAfter = (header: string) => answered(503, '', { 'retry-after': header });

test('the ceiling doubles from one second to thirty, and any delay below it may be drawn', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 1_000].map((failureCount) => rangeMs(failureCount))).toEqual(
    [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000].map((mostMs) => [0, mostMs]),
  );
});

test('a refused key waits at least half a minute', () => {
  for (const status of [401, 403]) expect(rangeMs(1, answered(status))).toEqual([30_000, 60_000]);
});

test('Retry-After is the least delay, and a fleet that got the same one is spread', () => {
  expect(rangeMs(1, retryAfter('20'))).toEqual([20_000, 25_000]);
  expect(rangeMs(6, retryAfter('1'))).toEqual([1_000, 30_000]);
});

test('no Retry-After silences an SDK for more than five minutes', () => {
  expect(rangeMs(1, retryAfter('1000000000'))[0]).toBe(300_000);
});

test('Retry-After is read as seconds or as a date, and anything else is ignored', () => {
  const nowMs = Date.parse('2026-11-21T10:00:00Z');
  expect(parseRetryAfterMs('7', nowMs)).toBe(7_000);
  expect(parseRetryAfterMs('Sat, 21 Nov 2026 10:00:30 GMT', nowMs)).toBe(30_000);
  expect(parseRetryAfterMs('Sat, 21 Nov 2026 09:00:00 GMT', nowMs)).toBe(0);
  expect(parseRetryAfterMs('soon', nowMs)).toBeNaN();
  expect(rangeMs(1, retryAfter('soon'))).toEqual([0, 1_000]);
});
