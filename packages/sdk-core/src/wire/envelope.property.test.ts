import { BATCH_BYTES_MAX } from '@tidegate/protocol';
import { buildFlag } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as limits from '../events/limits.ts';
import { isAck, isBeat, isDelta, isResync, isSnapshot, parseJson } from './envelope.ts';

const SNAPSHOT = { protocol: 1, environment: 'default/production', revision: 1, flags: [buildFlag()], segments: [] };

test('the limits of a batch are those of the protocol', () => {
  expect(limits.BATCH_BYTES_MAX).toBe(BATCH_BYTES_MAX);
});

test('a snapshot is taken with fields that this version does not know', () => {
  expect(isSnapshot({ ...SNAPSHOT, news: 1 })).toBe(true);
});

test.each([
  ['another protocol', { ...SNAPSHOT, protocol: 2 }],
  ['no environment', { ...SNAPSHOT, environment: undefined }],
  ['a fractional revision', { ...SNAPSHOT, revision: 1.5 }],
  ['a negative revision', { ...SNAPSHOT, revision: -1 }],
  ['flags that are no list', { ...SNAPSHOT, flags: {} }],
  ['a flag without a key', { ...SNAPSHOT, flags: [{}] }],
  ['a flag that is null', { ...SNAPSHOT, flags: [null] }],
  ['no segments', { ...SNAPSHOT, segments: undefined }],
])('a snapshot with %s is malformed', (_, snapshot) => {
  expect(isSnapshot(snapshot)).toBe(false);
});

test.each(['', '<html>502</html>', 'null', '[]', '{"protocol":1', '"text"'])('%j is no snapshot', (text) => {
  expect(isSnapshot(parseJson(text))).toBe(false);
});

test('a change of another key than its document, or of an unknown kind, is malformed', () => {
  const change = { kind: 'flag', key: 'new-checkout', document: buildFlag() };
  const delta = (one: object) => ({ fromRevision: 1, revision: 2, changes: [one] });
  expect(isDelta(delta(change))).toBe(true);
  expect(isDelta(delta({ ...change, document: null }))).toBe(true);
  expect(isDelta(delta({ ...change, key: 'other' }))).toBe(false);
  expect(isDelta(delta({ ...change, kind: 'metric' }))).toBe(false);
  expect(isDelta(delta({ ...change, document: undefined }))).toBe(false);
});

test('nothing that comes over the wire makes a check throw', () => {
  fc.assert(
    fc.property(fc.anything({ withObjectString: true }), (payload) => {
      for (const check of [isSnapshot, isDelta, isBeat, isResync, isAck]) expect(check(payload)).toBe(false);
    }),
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      for (const check of [isSnapshot, isDelta]) expect(check(parseJson(text))).toBe(false);
    }),
  );
});
