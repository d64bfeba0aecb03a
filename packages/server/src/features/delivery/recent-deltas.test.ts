import type { Delta } from '@tidegate/protocol';
import { buildSegment } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { RecentDeltas } from './recent-deltas.ts';

const MANY_UNITS = Array.from({ length: 15_000 }, (_, n) => `unit-${n}-with-a-name-of-some-length-as-they-have-it`);

function deltaTo(revision: number, values: readonly string[] = []): Delta {
  const condition = { attribute: 'id', operator: 'in' as const, values: [...values] };
  const document = buildSegment({ key: 'large', condition });
  return { fromRevision: revision - 1, revision, changes: [{ kind: 'segment', key: 'large', document }] };
}

test('the deltas after a revision come in order, and none before the first or after the last', () => {
  const recent = new RecentDeltas();
  for (const revision of [5, 6, 7]) recent.add(deltaTo(revision));
  expect(recent.since(5)?.map((delta) => delta.revision)).toEqual([6, 7]);
  expect(recent.since(3)).toBeUndefined();
  expect(recent.since(7)).toBeUndefined();
});

test('large documents push the oldest deltas out before memory does', () => {
  const recent = new RecentDeltas();
  for (let revision = 1; revision <= 20; revision += 1) recent.add(deltaTo(revision, MANY_UNITS));
  expect(recent.since(0)).toBeUndefined();
  expect(recent.since(18)?.length).toBe(2);
});

test('a document that is too large to push is not kept, nor is what led up to it', () => {
  const recent = new RecentDeltas();
  recent.add(deltaTo(5));
  recent.add(deltaTo(6, [...MANY_UNITS, ...MANY_UNITS]));
  recent.add(deltaTo(7));
  expect(recent.since(4)).toBeUndefined();
  expect(recent.since(5)).toBeUndefined();
  expect(recent.since(6)?.map((delta) => delta.revision)).toEqual([7]);
});
