import { expect, test } from 'vitest';
import { manualTime } from './manual-time.ts';

test('timers run in the order in which they fall due, also those that a timer sets', async () => {
  const time = manualTime();
  const ran: [string, number][] = [];
  const note = (name: string) => () => void ran.push([name, time.nowMs()]);
  time.after(200, note('late'));
  time.after(100, () => {
    note('early')();
    time.after(50, note('set by early'));
  });
  const cancel = time.after(120, note('cancelled'));
  cancel();
  await time.advance(180);
  expect(ran).toEqual([
    ['early', 100],
    ['set by early', 150],
  ]);
  await time.advance(20);
  expect(ran.at(-1)).toEqual(['late', 200]);
});

test('promises settle between two timers', async () => {
  const time = manualTime();
  const ran: string[] = [];
  time.after(10, () => void Promise.resolve().then(() => ran.push('promise')));
  time.after(20, () => void ran.push('timer'));
  await time.advance(20);
  expect(ran).toEqual(['promise', 'timer']);
});
