import { expect, test } from 'vitest';
import { retryAfterOf } from './retry-after-of.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

test.each([
  [{ 'retry-after': '30' }, 30_000],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }, 60_000],
  [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
  [{ 'retry-after': '999999999' }, 3_600_000],
  [{ 'x-ratelimit-reset': '12' }, 12_000],
  [{ 'retry-after': 'soon' }, undefined],
  [{}, undefined],
])('%j asks for %s ms', (headers, expected) => {
  expect(retryAfterOf(headers, NOW_MS)).toBe(expected);
});
