import { expect, test } from 'vitest';
import { sharedRuns } from './shared-runs.ts';

/** Work that ends when the test says so. */
function work() {
  const runs: { finish: (value: string) => void; fail: (error: Error) => void }[] = [];
  const ask = sharedRuns(() => new Promise<string>((finish, fail) => runs.push({ finish, fail })));
  return { runs, ask };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('everybody who asks during a run shares the one after it', async () => {
  const { runs, ask } = work();
  const first = ask();
  const others = [ask(), ask(), ask()];
  expect(runs).toHaveLength(1);
  runs[0]?.finish('one');
  expect(await first).toBe('one');
  await settle();
  expect(runs).toHaveLength(2);
  runs[1]?.finish('two');
  expect(await Promise.all(others)).toEqual(['two', 'two', 'two']);
});

test('who asks when the shared run has begun gets another: what they want to see may be newer', async () => {
  const { runs, ask } = work();
  const first = ask();
  const second = ask();
  runs[0]?.finish('one');
  await first;
  await settle();
  const third = ask();
  runs[1]?.finish('two');
  await second;
  await settle();
  runs[2]?.finish('three');
  expect(await third).toBe('three');
});

test('who asks just as a run ends is not forgotten, and two never run at once', async () => {
  const { runs, ask } = work();
  const first = ask();
  const third = first.then(() => ask());
  const second = ask();
  runs[0]?.finish('one');
  await settle();
  expect(runs).toHaveLength(2);
  runs[1]?.finish('two');
  expect([await second, await third]).toEqual(['two', 'two']);
  await settle();
  expect(runs).toHaveLength(2);
});

test('a run that fails is told to those who asked for it, and the next begins all the same', async () => {
  const { runs, ask } = work();
  const first = ask();
  const second = ask();
  runs[0]?.fail(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await settle();
  runs[1]?.finish('back');
  expect(await second).toBe('back');
});
