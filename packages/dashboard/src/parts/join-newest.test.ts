import { expect, test } from 'vitest';
import { joinNewest } from './join-newest.ts';

const rows = (...revisions: number[]) => revisions.map((revision) => ({ revision }));
const join = (newest: ReturnType<typeof rows>, read: ReturnType<typeof rows>) =>
  joinNewest(newest, read, ({ revision }) => revision);

test('what was changed since comes before what was read, each once', () => {
  expect(join(rows(12, 11, 10, 9), rows(10, 9, 8))).toEqual(rows(12, 11, 10, 9, 8));
  expect(join(rows(10, 9), rows(10, 9, 8))).toEqual(rows(10, 9, 8));
  expect(join([], rows(10))).toEqual(rows(10));
  expect(join(rows(3), [])).toEqual(rows(3));
});

test('a newest page that does not reach back to what was read may leave some out', () => {
  expect(join(rows(30, 29), rows(10, 9))).toBeUndefined();
});
