import { expect, test } from 'vitest';
import { joinFlags } from './join-flags.ts';

const flag = (key: string, revision: number, archived = false) => ({ key, revision, archived });

test('a changed flag stays in its place, a new one comes to its own, and an archived one goes', () => {
  const list = [flag('a', 1), flag('b', 2), flag('d', 3)];
  const now = [flag('d', 4), flag('c', 5), flag('a', 6, true)];
  expect(joinFlags(list, now)).toEqual([flag('b', 2), flag('c', 5), flag('d', 4)]);
});

test('an answer that a newer one has overtaken changes nothing', () => {
  expect(joinFlags([flag('a', 7)], [flag('a', 6), flag('a', 5, true)])).toEqual([flag('a', 7)]);
});
