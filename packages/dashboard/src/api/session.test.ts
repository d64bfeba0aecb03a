import { expect, test } from 'vitest';
import { openSession, tokenOfHash } from './session.ts';

test.each([
  ['#token=tg_op_a', 'tg_op_a'],
  ['#x=1&token=tg_op_b', 'tg_op_b'],
  ['', undefined],
  ['#', undefined],
  ['#token=', undefined],
  ['#other', undefined],
])('the address part %j carries the key %j', (hash, token) => {
  expect(tokenOfHash(hash)).toBe(token);
});

test('a key in the address moves into the session, and out of the address', () => {
  const stored = new Map<string, string>();
  const addresses: unknown[] = [];
  const session = openSession({
    location: { hash: '#token=tg_op_a', pathname: '/', search: '?x=1' },
    history: { replaceState: (_state, _title, address) => void addresses.push(address) },
    sessionStorage: {
      getItem: (name) => stored.get(name) ?? null,
      setItem: (name, value) => void stored.set(name, value),
      removeItem: (name) => void stored.delete(name),
    },
  });
  expect(session.token).toBe('tg_op_a');
  expect(addresses).toEqual(['/?x=1']);
  session.signOut();
  expect(session.token).toBeUndefined();
});
