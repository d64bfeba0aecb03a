import { buildFlag } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdSnapshot } from './held-rules.ts';
import { cacheIdentity, readCachedRules, writeCachedRules } from './rules-cache.ts';

const IDENTITY = cacheIdentity('tg_srv_key', undefined);
const HELD = holdSnapshot(
  { protocol: 1, environment: 'default/production', revision: 7, flags: [buildFlag({ key: 'ü' })], segments: [] },
  undefined,
);
const TEXT = writeCachedRules(HELD, { identity: IDENTITY, etag: '"7"', confirmedAtMs: 1_000, protocol: 1 });

test('what was written is read', () => {
  const cached = readCachedRules(TEXT, IDENTITY);
  expect(cached).toEqual({
    kind: 'parsed',
    value: {
      snapshot: {
        protocol: 1,
        environment: 'default/production',
        revision: 7,
        flags: [buildFlag({ key: 'ü' })],
        segments: [],
      },
      etag: '"7"',
      confirmedAtMs: 1_000,
    },
  });
});

test('the cache of another key or context is ignored', () => {
  expect(readCachedRules(TEXT, cacheIdentity('tg_srv_other', undefined)).kind).toBe('malformed');
  expect(readCachedRules(TEXT, cacheIdentity('tg_srv_key', { targetingKey: 'ann' })).kind).toBe('malformed');
});

test('the key cannot be read from the cache', () => {
  expect(TEXT).not.toContain('tg_srv_key');
});

test('a cache that a newer protocol wrote is ignored', () => {
  const text = writeCachedRules(HELD, { identity: IDENTITY, etag: undefined, confirmedAtMs: 1_000, protocol: 2 });
  expect(readCachedRules(text, IDENTITY).kind).toBe('malformed');
});

test('a cache that is damaged anywhere is ignored', () => {
  const flip = fc.tuple(fc.nat(TEXT.length - 1), fc.integer({ min: 1, max: 127 }));
  fc.assert(
    fc.property(flip, ([at, bits]) => {
      const damaged = TEXT.slice(0, at) + String.fromCharCode(TEXT.charCodeAt(at) ^ bits) + TEXT.slice(at + 1);
      expect(readCachedRules(damaged, IDENTITY).kind).toBe('malformed');
    }),
    { numRuns: 1_000 },
  );
});

test('a cache that ends early or is something else is ignored', () => {
  fc.assert(
    fc.property(fc.nat(TEXT.length - 1), (length) => {
      expect(readCachedRules(TEXT.slice(0, length), IDENTITY).kind).toBe('malformed');
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readCachedRules(text, IDENTITY).kind).toBe('malformed');
    }),
  );
});
