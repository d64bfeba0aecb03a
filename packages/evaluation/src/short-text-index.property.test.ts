import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isMember } from './members.ts';
import { membersOf } from './members-of.ts';
import { ShortTextIndex } from './short-text-index.ts';

// Short ones of few units, so that many share a length, an end and a hash; among them the empty text.
const text = fc.oneof(fc.string({ unit: fc.constantFrom('a', 'b', '7', 'é', '🔑'), maxLength: 4 }), fc.string());

test('a list of any length finds its members and nothing else', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 300 }), fc.array(text), (list, others) => {
      const members = membersOf(list);
      for (const one of [...list, ...others]) expect(isMember(members, one)).toBe(list.includes(one));
    }),
    { numRuns: 300 },
  );
});

test('a list of texts and other values finds each by its own type', () => {
  const values = ['7', 7, true, 'true', 'a', 'b', 'c', 'd', 'e', 'f'];
  const members = membersOf<unknown>(values);
  for (const value of values) expect(isMember(members, value)).toBe(true);
  for (const other of ['8', 8, false, 'false', null, undefined]) expect(isMember(members, other)).toBe(false);
  const texts = membersOf<unknown>('abcdefghij'.split(''));
  for (const other of [7, true, null, undefined]) expect(isMember(texts, other)).toBe(false);
});

test('texts that the hash cannot tell apart, and lists beyond a byte, are left to a Set', () => {
  const alike = Array.from({ length: 20 }, (_, index) => `user-${String(index).padStart(2, '0')}-of-the-same-company`);
  expect(ShortTextIndex.of(alike)).toBeUndefined();
  const many = Array.from({ length: 256 }, (_, index) => `user-${index}`);
  expect(ShortTextIndex.of(many)).toBeUndefined();
  expect(ShortTextIndex.of(many.slice(0, 10))).toBeInstanceOf(ShortTextIndex);
});
