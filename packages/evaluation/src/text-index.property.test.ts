import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seedOf, unitHash } from './bucket.ts';
import { indexTexts, TextIndex } from './text-index.ts';

const text = fc.oneof(fc.string({ maxLength: 3 }), fc.uuid(), fc.string({ unit: 'grapheme', maxLength: 4 }));

test('an index holds the texts of its list and no others', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 300 }), fc.array(text, { maxLength: 30 }), (listed, asked) => {
      const index = new TextIndex(listed);
      const set = new Set(listed);
      for (const one of [...listed, ...asked]) expect(index.has(one)).toBe(set.has(one));
    }),
  );
});

test('a list that fills its table as far as may be is searched to the end', () => {
  for (const count of [1, 2, 3, 7, 8, 1_023, 1_024, 1_025]) {
    const listed = Array.from({ length: count }, (_, place) => `user-${place}`);
    const index = new TextIndex(listed);
    expect(listed.filter((one) => !index.has(one))).toEqual([]);
    expect(listed.filter((one) => index.has(`${one}!`))).toEqual([]);
  }
});

test('texts with the same hash are told apart', () => {
  // Found by search: the birthday bound makes such pairs common among a few hundred thousand keys.
  const byHash = new Map<number, string>();
  let pair: readonly [string, string] | undefined;
  for (let place = 0; pair === undefined && place < 1_000_000; place++) {
    const key = `u${place}`;
    const hash = seedOf(key);
    const other = byHash.get(hash);
    if (other !== undefined) pair = [other, key];
    byHash.set(hash, key);
  }
  const [listed = '', twin = ''] = pair ?? [];
  expect(unitHash(listed)).toBe(unitHash(twin));
  expect([listed, twin].map((key) => new TextIndex([listed]).has(key))).toEqual([true, false]);
  expect([listed, twin].map((key) => new TextIndex([twin, listed]).has(key))).toEqual([true, true]);
});

test('a list of a hundred thousand is a Set, a longer one an index', () => {
  const listed = Array.from({ length: 100_001 }, (_, place) => String(place));
  expect(indexTexts(listed.slice(1))).toBeInstanceOf(Set);
  const index = indexTexts(listed);
  expect([index.has('0'), index.has('100000'), index.has('100001'), index.has('')]).toEqual([true, true, false, false]);
});
