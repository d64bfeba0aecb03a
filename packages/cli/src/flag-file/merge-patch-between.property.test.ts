import type { JsonValue } from '@tidegate/evaluation';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergePatchBetween } from './merge-patch-between.ts';
import type { JsonObject } from './plan.ts';

/** RFC 7396, section 2, as it is written there. */
function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof target === 'object' && target !== null && !Array.isArray(target);
  const merged = new Map(isObject ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<JsonValue>(true, 0, 'x', null),
    fc.array(tie('json'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('json'), { maxKeys: 3 }),
  ),
}));
const object = fc.dictionary(fc.constantFrom('a', 'b', 'c'), json) as fc.Arbitrary<JsonObject>;

test('the patch between two objects makes the one into the other, and there is one unless null stands in the way', () => {
  fc.assert(
    fc.property(object, object, (from, to) => {
      const patch = mergePatchBetween(from, to);
      if (patch === undefined) expect(JSON.stringify(to)).toContain('null');
      else expect(mergePatch(from, patch)).toEqual(to);
    }),
    { numRuns: 500 },
  );
});

test('the patch names what differs and nothing else', () => {
  const from = { same: [1], gone: 1, serve: { kind: 'variation', variation: 'on' } };
  const to = { same: [1], serve: { kind: 'variation', variation: 'off' }, added: { on: true } };
  expect(mergePatchBetween(from, to)).toEqual({ gone: null, serve: { variation: 'off' }, added: { on: true } });
  expect(mergePatchBetween(from, from)).toEqual({});
});
