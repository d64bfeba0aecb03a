import { JSON_DEPTH_MAX, JSON_OBJECTS_MAX } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import { inspectJson } from './inspect-json.ts';

const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

test('what nests as deep as the limit passes, what is deeper is found where the limit is', () => {
  expect(inspectJson(nested(JSON_DEPTH_MAX))).toBeUndefined();
  expect(inspectJson(nested(JSON_DEPTH_MAX + 1))?.pointer).toBe('/0'.repeat(JSON_DEPTH_MAX));
  expect(inspectJson(nested(200_000))?.pointer).toBe('/0'.repeat(JSON_DEPTH_MAX));
});

test.each(['__proto__', 'constructor', 'prototype'])('a member called %s is found, however deep', (name) => {
  const finding = inspectJson(JSON.parse(`{"a":[1,{"b/c":{"${name}":1}}]}`));
  expect(finding?.pointer).toBe(`/a/1/b~1c/${name}`);
});

test('as many objects as the limit pass, and no more', () => {
  const objects = (count: number) => [Array.from({ length: count }, () => ({})), ['text', 1, null, []]];
  expect(inspectJson(objects(JSON_OBJECTS_MAX))).toBeUndefined();
  expect(inspectJson(objects(JSON_OBJECTS_MAX + 1))).toEqual({
    pointer: `/0/${JSON_OBJECTS_MAX}`,
    detail: `a body has at most ${JSON_OBJECTS_MAX} objects`,
  });
});
