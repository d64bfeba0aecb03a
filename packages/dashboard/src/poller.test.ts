import { expect, test } from 'vitest';
import { createPoller, POLL_INTERVAL_MAX_MS, pollDelayMs } from './poller.ts';

const hiddenPage = { hidden: true, addEventListener: () => undefined };

test('a server in trouble is asked less and less often, up to a limit', () => {
  expect([0, 1, 2, 3].map(pollDelayMs)).toEqual([2_000, 4_000, 8_000, 16_000]);
  expect(pollDelayMs(100)).toBe(POLL_INTERVAL_MAX_MS);
});

test('a failure says when the next look is, and data ends the trouble', async () => {
  const told: unknown[] = [];
  let failing = true;
  const poller = createPoller({
    look: async () => {
      if (failing) throw new Error('away');
      return 'data';
    },
    onData: (data) => told.push(data),
    onFailure: (_error, retryInMs) => told.push(retryInMs) > 0,
    page: hiddenPage,
  });
  poller.restart();
  await settled();
  poller.restart();
  await settled();
  failing = false;
  poller.restart();
  await settled();
  expect(told).toEqual([4_000, 8_000, 'data']);
});

test('what an older look brings after a restart is dropped', async () => {
  const answers: ((data: string) => void)[] = [];
  const told: string[] = [];
  const poller = createPoller({
    look: () => new Promise<string>((resolve) => answers.push(resolve)),
    onData: (data) => told.push(data),
    onFailure: () => false,
    page: hiddenPage,
  });
  poller.restart();
  poller.restart();
  answers[1]?.('new');
  answers[0]?.('old');
  await settled();
  expect(told).toEqual(['new']);
});

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
