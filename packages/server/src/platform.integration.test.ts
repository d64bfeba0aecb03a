import { expect, test } from 'vitest';
import { systemPlatform } from './platform.ts';

test('a timer whose callback fails is told of, and comes again', async () => {
  const failures: unknown[] = [];
  const platform = systemPlatform((error) => failures.push(error));
  const stop = platform.every(1, () => Promise.reject(new Error('away')));
  await expect.poll(() => failures.length).toBeGreaterThan(1);
  stop();
  platform.after(1, () => {
    throw new Error('once');
  });
  await expect.poll(() => failures.at(-1)).toEqual(new Error('once'));
});
