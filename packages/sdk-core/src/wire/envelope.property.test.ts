import { BATCH_BYTES_MAX } from '@tidegate/protocol';
import { buildFlag } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as limits from '../events/limits.ts';
import { readBeat, readDelta, readSnapshot } from './envelope.ts';

const SNAPSHOT = { protocol: 1, environment: 'default/production', revision: 1, flags: [buildFlag()], segments: [] };

test('the limits of a batch are those of the protocol', () => {
  expect(limits.BATCH_BYTES_MAX).toBe(BATCH_BYTES_MAX);
});

test('a snapshot is taken with fields that this version does not know', () => {
  expect(readSnapshot({ ...SNAPSHOT, news: 1 })).toMatchObject(SNAPSHOT);
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
  expect(() => readSnapshot(snapshot)).toThrow();
});

test.each(['', '<html>502</html>', 'null', '[]', '{"protocol":1', '"text"'])('%j is no snapshot', (text) => {
  expect(() => readSnapshot(JSON.parse(text))).toThrow();
});

test('a change of another key than its document, or of an unknown kind, is malformed', () => {
  const change = { kind: 'flag', key: 'new-checkout', document: buildFlag() };
  const delta = (one: object) => ({ fromRevision: 1, revision: 2, changes: [one] });
  expect(readDelta(delta(change))).toEqual(delta(change));
  expect(readDelta(delta({ ...change, document: null })).revision).toBe(2);
  expect(() => readDelta(delta({ ...change, key: 'other' }))).toThrow();
  expect(() => readDelta(delta({ ...change, kind: 'metric' }))).toThrow();
  expect(() => readDelta(delta({ ...change, document: undefined }))).toThrow();
});

test('nothing else that comes over the wire is taken', () => {
  fc.assert(
    fc.property(fc.anything({ withObjectString: true }), (payload) => {
      for (const read of [readSnapshot, readDelta, readBeat]) expect(() => read(payload)).toThrow();
    }),
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      for (const read of [readSnapshot, readDelta]) expect(() => read(JSON.parse(text))).toThrow();
    }),
  );
});
