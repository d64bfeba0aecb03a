import { expect, test } from 'vitest';
import { rolloutFlag, startedClient } from '../started-client.fixture.ts';

const ANN = { targetingKey: 'ann' };
const SHADOWED = rolloutFlag(1_000_000);

/** An answer that the test gives. */
function later<T>() {
  let give = (_: T): void => undefined;
  let fail = (_: Error): void => undefined;
  const answer = new Promise<T>((resolve, reject) => {
    give = resolve;
    fail = reject;
  });
  return { answer, give, fail };
}

test('control’s answer is given before the candidate has begun', async () => {
  const { client, wire } = await startedClient([SHADOWED]);
  const began: string[] = [];
  const price = client.shadow('new-checkout', ANN, {
    control: () => 1,
    candidate: () => {
      began.push('candidate');
      return 1;
    },
  });
  expect([price, began]).toEqual([1, []]);
  await wire.time.advance(0);
  expect(began).toEqual(['candidate']);
});

test.each([
  ['the same answer', () => 2, ['$duration', '$candidate-duration']],
  ['another answer', () => 3, ['$duration', '$candidate-duration', '$mismatch']],
  ['an exception', thrower, ['$duration', '$candidate-duration', '$candidate-error']],
])('a candidate with %s reports how it went, and changes nothing for the caller', async (_, candidate, outcomes) => {
  const { client, wire, reported } = await startedClient([SHADOWED]);
  expect(client.shadow('new-checkout', ANN, { control: () => 2, candidate })).toBe(2);
  await wire.time.advance(0);
  expect(await reported()).toMatchObject({ arms: [1], outcomes: outcomes.map((name) => `${name}:new-checkout`) });
});

function thrower(): never {
  throw new Error('candidate');
}

test('a promise is compared by what it gives, and a rejection of the candidate is nobody’s', async () => {
  const { client, wire, reported } = await startedClient([SHADOWED]);
  const wanted = { control: async () => ({ price: 2 }), candidate: async () => ({ price: 2 }) };
  expect(await client.shadow('new-checkout', ANN, wanted)).toEqual({ price: 2 });
  await wire.time.advance(0);
  await client.shadow('new-checkout', ANN, { ...wanted, candidate: () => Promise.reject(new Error('late')) });
  await wire.time.advance(0);
  const { outcomes } = await reported();
  expect(outcomes).not.toContain('$mismatch:new-checkout');
  expect(outcomes).toContain('$candidate-error:new-checkout');
});

test('a query that runs when it is awaited runs once', async () => {
  const { client } = await startedClient([SHADOWED]);
  let runCount = 0;
  const query: PromiseLike<number> = {
    then(onGiven, onFailed) {
      runCount += 1;
      return Promise.resolve(1).then(onGiven, onFailed);
    },
  };
  expect(await client.shadow('new-checkout', ANN, { control: () => query, candidate: async () => 1 })).toBe(1);
  expect(runCount).toBe(1);
});

test('where control fails the caller gets its error, and no candidate runs', async () => {
  const { client, wire } = await startedClient([SHADOWED]);
  expect(() => client.shadow('new-checkout', ANN, { control: thrower, candidate: thrower })).toThrow('candidate');
  const rejecting = {
    control: () => Promise.reject(new Error('control')),
    candidate: () => Promise.reject(new Error()),
  };
  await expect(client.shadow('new-checkout', ANN, rejecting)).rejects.toThrow('control');
  await wire.time.advance(0);
  expect(client.status().shadows).toMatchObject({ failedCount: 0, runningCount: 0, waitingCount: 0 });
});

test('where the flag is false there is no shadow, and control is measured all the same', async () => {
  const { client, wire, reported } = await startedClient([rolloutFlag(0)]);
  expect(client.shadow('new-checkout', ANN, { control: () => 1, candidate: thrower })).toBe(1);
  await wire.time.advance(0);
  expect(await reported()).toMatchObject({ arms: [0], outcomes: ['$duration:new-checkout'] });
});

test('the comparison of the caller decides, and one that throws is a difference', async () => {
  const { client, wire, reported } = await startedClient([SHADOWED]);
  client.shadow('new-checkout', ANN, {
    control: () => 1.001,
    candidate: () => 1,
    compare: (a, b) => Math.abs(a - b) < 0.01,
  });
  await wire.time.advance(0);
  expect((await reported()).outcomes).not.toContain('$mismatch:new-checkout');
  client.shadow('new-checkout', ANN, { control: () => 1, candidate: () => 1, compare: thrower });
  await wire.time.advance(0);
  expect((await reported()).outcomes).toContain('$mismatch:new-checkout');
});

test('no more candidates run and wait than the bounds allow; the rest is shed and counted', async () => {
  const { client, wire } = await startedClient([SHADOWED], { shadow: { concurrencyMax: 2, queueMax: 3 } });
  const slow = later<number>();
  const launch = () =>
    client.shadow<number | Promise<number>>('new-checkout', ANN, { control: () => 1, candidate: () => slow.answer });
  launch();
  launch();
  await wire.time.advance(0);
  for (let call = 0; call < 5; call++) expect(launch()).toBe(1);
  await wire.time.advance(0);
  expect(client.status().shadows).toMatchObject({ runningCount: 2, waitingCount: 3, shedCount: 2 });
  slow.give(1);
  await wire.time.advance(0);
  expect(client.status().shadows).toMatchObject({ runningCount: 0, waitingCount: 0, succeededCount: 5, shedCount: 2 });
});

test('a candidate that takes too long is told to stop, counts as failed, and keeps its place until it ends', async () => {
  const { client, wire, reported } = await startedClient([SHADOWED], { shadow: { concurrencyMax: 1, timeoutMs: 100 } });
  const slow = later<number>();
  const signals: AbortSignal[] = [];
  client.shadow<number | Promise<number>>('new-checkout', ANN, {
    control: () => 1,
    candidate(signal) {
      signals.push(signal);
      return slow.answer;
    },
  });
  await wire.time.advance(100);
  expect(signals[0]?.aborted).toBe(true);
  expect((await reported()).outcomes).toContain('$candidate-error:new-checkout');
  expect(client.status().shadows).toMatchObject({ runningCount: 1, failedCount: 1, timedOutCount: 1 });
  slow.give(1);
  await wire.time.advance(0);
  expect(client.status().shadows).toMatchObject({ runningCount: 0, succeededCount: 0, failedCount: 1 });
});

test('a client that closes starts no candidate any more', async () => {
  const { client, wire } = await startedClient([SHADOWED]);
  client.shadow('new-checkout', ANN, { control: () => 1, candidate: thrower });
  void client.close();
  client.shadow('new-checkout', ANN, { control: () => 1, candidate: thrower });
  await wire.time.advance(0);
  expect(client.status().shadows).toMatchObject({ runningCount: 0, failedCount: 0, shedCount: 2 });
});
