import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { consoleLogger, nodePlatform } from './node-platform.ts';

const platform = nodePlatform({ baseUrl: 'http://127.0.0.1', key: 'tg_srv_key', logger: consoleLogger });

test('a delay that no timer holds does not fire at once', async () => {
  const cancel = platform.after(Number.POSITIVE_INFINITY, () => expect.unreachable('it fired'));
  await sleep(5);
  cancel();
});

test('a timer holds the process only when somebody awaits it', () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const cancelIdle = platform.after(60_000, () => undefined);
  expect(timers()).toBe(before);
  const cancelAwaited = platform.after(60_000, () => undefined, true);
  expect(timers()).toBe(before + 1);
  cancelIdle();
  cancelAwaited();
});
