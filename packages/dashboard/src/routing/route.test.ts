import { expect, test } from 'vitest';
import { addressOf, parseRoute } from './route.ts';

test('an address says environment, room, key and query, whatever characters are in them', () => {
  const address = addressOf('shop/prod eu', 'flags', 'a/b?c#d', { context: '{"a":"&="}' });
  expect(parseRoute(address)).toEqual({
    environment: 'shop/prod eu',
    room: 'flags',
    key: 'a/b?c#d',
    query: { context: '{"a":"&="}' },
  });
});

test.each(['', '#', '#/', '#token=abc', '#/one', '#/a/b/nowhere', '#/%E0%A4%A/b'])(
  '%j leads to the list of flags',
  (hash) => expect(parseRoute(hash).room).toBe('flags'),
);
