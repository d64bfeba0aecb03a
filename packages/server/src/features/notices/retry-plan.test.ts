import type { Sending } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import { GIVE_UP_AFTER_MS, settlementOf } from './retry-plan.ts';

const NOW_MS = 1_700_000_000_000;
const failed = (of: object = {}): Sending => ({ kind: 'failed', class: 'unavailable', detail: 'away', ...of });
const after = (tries: number, sending = failed(), { random = 1, waitsSinceMs = NOW_MS } = {}) =>
  settlementOf({ tries, waitsSinceMs }, sending, { nowMs: NOW_MS, random });

test('what was sent is over', () => {
  expect(after(3, { kind: 'sent', detail: '' })).toEqual({ state: 'sent', atMs: NOW_MS });
});

test('each retry may come ever later, up to ten minutes, and anywhere in between', () => {
  const waits = [1, 2, 3, 20].map((tries) => after(tries));
  expect(waits).toMatchObject([2_000, 4_000, 8_000, 600_000].map((ms) => ({ state: 'waiting', dueAtMs: NOW_MS + ms })));
  expect(after(20, failed(), { random: 0 })).toMatchObject({ dueAtMs: NOW_MS });
  expect(after(20, failed(), { random: 0.5 })).toMatchObject({ dueAtMs: NOW_MS + 300_000 });
});

test('who asks for more time is given it', () => {
  expect(after(1, failed({ retryAfterMs: 30_000 }))).toMatchObject({ dueAtMs: NOW_MS + 30_000 });
  expect(after(20, failed({ retryAfterMs: 30_000 }))).toMatchObject({ dueAtMs: NOW_MS + 600_000 });
});

test('what was rejected is given up at once, and everything else after a day', () => {
  expect(after(1, failed({ class: 'rejected' }))).toEqual({
    state: 'given-up',
    atMs: NOW_MS,
    failure: 'rejected: away',
  });
  expect(after(9, failed(), { waitsSinceMs: NOW_MS - GIVE_UP_AFTER_MS })).toMatchObject({ state: 'given-up' });
  expect(after(9, failed({ class: 'misconfigured' }))).toMatchObject({ state: 'waiting' });
});
