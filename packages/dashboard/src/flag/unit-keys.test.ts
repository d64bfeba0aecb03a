import { expect, test } from 'vitest';
import { joinKeys, keysIn } from './unit-keys.ts';

test('keys are pasted from a column, a list or a line, with quotes or without', () => {
  expect(keysIn('ann\r\nbob\n\n "eve" ')).toEqual(['ann', 'bob', 'eve']);
  expect(keysIn('ann, bob;eve\tuser 4,')).toEqual(['ann', 'bob', 'eve', 'user 4']);
});

test('a key that is there already stays where it is', () => {
  expect(joinKeys(['ann', 'bob'], ['eve', 'ann', 'eve'])).toEqual(['ann', 'bob', 'eve']);
});
