import { rulesEvaluator, unitHashes } from '@tidegate/evaluation';
import { buildFlag } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cacheName, readCachedRules, writeCachedRules } from './rules-cache.ts';
import { createRulesStore, type RulesStore } from './rules-store.ts';

const OWNER = { key: 'tg_srv_key', unitHashes, json: JSON };
const SNAPSHOT = {
  protocol: 1,
  environment: 'default/production',
  revision: 7,
  flags: [buildFlag({ key: 'ü' })],
  segments: [],
};
const STORE = createRulesStore({ evaluator: rulesEvaluator, epochMs: () => 0 });
STORE.takeSnapshot(SNAPSHOT, '"7"', 0);
const TEXT = textOf(STORE);

function textOf(store: RulesStore): string {
  const held = store.held();
  if (held === undefined) throw new Error('something is held');
  return writeCachedRules(held, OWNER, 1_000);
}

test('what was written is read', () => {
  expect(readCachedRules(TEXT, OWNER)).toEqual({ ...SNAPSHOT, etag: '"7"', confirmedAtMs: 1_000 });
});

test('the cache of another key is ignored', () => {
  expect(() => readCachedRules(TEXT, { ...OWNER, key: 'tg_srv_other' })).toThrow();
});

test('the key can be read neither from the cache nor from its name', () => {
  expect(TEXT).not.toContain('tg_srv_key');
  expect(cacheName('tg_srv_key', OWNER)).not.toContain('tg_srv_key');
  expect(cacheName('tg_srv_key', OWNER)).not.toBe(cacheName('tg_srv_other', OWNER));
});

test('a cache that is damaged anywhere is ignored', () => {
  const flip = fc.tuple(fc.nat(TEXT.length - 1), fc.integer({ min: 1, max: 127 }));
  fc.assert(
    fc.property(flip, ([at, bits]) => {
      const damaged = TEXT.slice(0, at) + String.fromCharCode(TEXT.charCodeAt(at) ^ bits) + TEXT.slice(at + 1);
      expect(() => readCachedRules(damaged, OWNER)).toThrow();
    }),
    { numRuns: 1_000 },
  );
});

test('a cache that ends early or is something else is ignored', () => {
  fc.assert(
    fc.property(fc.nat(TEXT.length - 1), (length) => {
      expect(() => readCachedRules(TEXT.slice(0, length), OWNER)).toThrow();
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => readCachedRules(text, OWNER)).toThrow();
    }),
  );
});
