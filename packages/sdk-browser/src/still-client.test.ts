import { afterEach, expect, test, vi } from 'vitest';
import { stillClient } from './still-client.ts';

afterEach(() => void vi.useRealTimers());

test('a client that asks nobody keeps nobody waiting', async () => {
  vi.useFakeTimers();
  const client = stillClient({ context: { targetingKey: 'ann' } });
  const ready = client.waitForInitialization();
  const changed = client.setContext({ targetingKey: 'bob' });
  vi.advanceTimersByTime(0);
  await expect(ready).rejects.toThrow('no flags');
  expect(await changed).toBe(false);
  expect(await client.flush()).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
