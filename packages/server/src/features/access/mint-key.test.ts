import { expect, test } from 'vitest';
import { hashKey, looksLikeKey } from '../../http/hash-key.ts';
import { mintKey } from './mint-key.ts';

test.each([
  ['operator', 'tg_op_'],
  ['server', 'tg_srv_'],
  ['browser', 'tg_web_'],
] as const)('a key for %s starts with %s and has 256 random bits', (kind, prefix) => {
  const { key, hash, hint } = mintKey(kind, (count) => new Uint8Array(count).fill(7));
  expect(key.startsWith(prefix)).toBe(true);
  expect(Buffer.from(key.slice(prefix.length), 'base64url')).toEqual(Buffer.alloc(32, 7));
  expect(looksLikeKey(key)).toBe(true);
  expect(hash).toBe(hashKey(key));
  expect(hint).toBe(key.slice(0, prefix.length + 6));
});
