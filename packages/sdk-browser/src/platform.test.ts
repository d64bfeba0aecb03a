import { getEventListeners } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { sleep } from './platform.ts';

afterEach(() => void vi.useRealTimers());

test('a signal that lives long has no listener of every sleep that it did not end', async () => {
  vi.useFakeTimers();
  const life = new AbortController();
  for (let round = 0; round < 100; round++) {
    const slept = sleep(1_000, life.signal);
    vi.advanceTimersByTime(1_000);
    await slept;
  }
  expect(getEventListeners(life.signal, 'abort').length).toBeLessThanOrEqual(1);
  const last = sleep(1_000, life.signal);
  life.abort();
  await last;
  expect(vi.getTimerCount()).toBe(0);
});
