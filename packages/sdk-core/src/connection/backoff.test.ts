import { answered } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { delayAfter, drawDelayMs, parseRetryAfterMs, REFUSED_DELAY, RETRY_AFTER_MAX_MS } from './backoff.ts';

test('the ceiling doubles from one second to thirty, and any delay below it may be drawn', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 1_000].map((failureCount) => delayAfter(failureCount).toMs)).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
  ]);
  expect(delayAfter(7).fromMs).toBe(0);
});

test('a delay is drawn from all of the range', () => {
  const range = { fromMs: 10, toMs: 30 };
  expect(drawDelayMs(range, { random: () => 0 })).toBe(10);
  expect(drawDelayMs(range, { random: () => 0.5 })).toBe(20);
});

test('a refused key waits at least half a minute', () => {
  for (const status of [401, 403]) expect(delayAfter(1, answered(status))).toEqual(REFUSED_DELAY);
});

const retryAfter = (header: string) => answered(503, '', { 'retry-after': header });

test('Retry-After is the least delay, and a fleet that got the same one is spread', () => {
  expect(delayAfter(1, retryAfter('20'))).toEqual({
    fromMs: 20_000,
    toMs: 25_000,
  });
  expect(delayAfter(6, retryAfter('1'))).toEqual({ fromMs: 1_000, toMs: 30_000 });
});

test('no Retry-After silences an SDK for more than five minutes', () => {
  const { fromMs } = delayAfter(1, retryAfter('1000000000'));
  expect(fromMs).toBe(RETRY_AFTER_MAX_MS);
});

test('Retry-After is read as seconds or as a date, and anything else is ignored', () => {
  const nowMs = Date.parse('2026-11-21T10:00:00Z');
  expect(parseRetryAfterMs('7', nowMs)).toBe(7_000);
  expect(parseRetryAfterMs('Sat, 21 Nov 2026 10:00:30 GMT', nowMs)).toBe(30_000);
  expect(parseRetryAfterMs('Sat, 21 Nov 2026 09:00:00 GMT', nowMs)).toBe(0);
  expect(parseRetryAfterMs('soon', nowMs)).toBeUndefined();
  expect(parseRetryAfterMs(null, nowMs)).toBeUndefined();
});
