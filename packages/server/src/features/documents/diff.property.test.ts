import type { JsonValue } from '@tidegate/evaluation';
import type { DiffStep } from '@tidegate/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffOf } from './diff.ts';

const names = fc.constantFrom('a', 'b', 'c', '~', '/');
const json = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<JsonValue>(null, true, 0, 1, 'x'),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(names, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

test('the steps lead from the one document to the other, and tell truly what was there', () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      const root: { document: JsonValue } = { document: structuredClone(before) };
      for (const step of diffOf(before, after)) apply(root, step);
      expect(root.document).toEqual(after);
    }),
  );
});

/** JSON Patch, as short as it gets; `from` must be what is there. */
function apply(root: object, step: DiffStep): void {
  const path = ['document', ...step.path.split('/').slice(1)].map((part) =>
    part.replaceAll('~1', '/').replaceAll('~0', '~'),
  );
  const last = path.pop() ?? '';
  // The steps of a valid patch lead through objects and lists.
  const parent = path.reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], root) as never;
  const place = parent as Record<string, unknown>;
  if (step.op !== 'add') expect(place[last]).toEqual(step.from);
  if (Array.isArray(parent)) {
    const list: unknown[] = parent;
    if (step.op === 'add') list.splice(Number(last), 0, structuredClone(step.value));
    if (step.op === 'remove') list.splice(Number(last), 1);
    if (step.op === 'replace') list[Number(last)] = structuredClone(step.value);
  } else if (step.op === 'remove') {
    delete place[last];
  } else {
    place[last] = structuredClone(step.value);
  }
}
