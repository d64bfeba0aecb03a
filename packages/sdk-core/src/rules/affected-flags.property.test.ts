import { readDocuments } from '@tidegate/evaluation';
import { buildFlag, buildSegment } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { affectedFlags } from './affected-flags.ts';

const KEYS = ['a', 'b', 'c', 'd'];
const key = fc.constantFrom(...KEYS);
/** Flags and segments that ask one another at random, and are another document when their number is. */
const documents = fc
  .record({
    flags: fc.uniqueArray(
      fc.record({ key, salt: fc.nat(1).map(String), flags: fc.array(key), segments: fc.array(key) }),
      {
        selector: ({ key }) => key,
      },
    ),
    segments: fc.uniqueArray(fc.record({ key, revision: fc.nat(1), segments: fc.array(key) }), {
      selector: ({ key }) => key,
    }),
  })
  .map(({ flags, segments }) => ({
    flags: flags.map(({ key, salt, flags: asked, segments: members }) => ({
      ...buildFlag({ key, salt }),
      prerequisites: asked.map((flag) => ({ flag, variations: ['on'] })),
      rules: members.map((segment) => ({
        id: segment,
        condition: { segment },
        serve: { kind: 'variation', variation: 'on' } as const,
      })),
    })),
    segments: segments.map(({ key, revision, segments: asked }) => ({
      ...buildSegment({ key, revision }),
      condition: { all: asked.map((segment) => ({ segment })) },
    })),
  }));

type Documents = Parameters<typeof affectedFlags>[0];

/** As a server's SDK holds them. */
function asText(of: object): Documents {
  return readDocuments(JSON.stringify(of)) as Documents;
}

test('the same flags are affected, whether documents are held as text or were read', () => {
  fc.assert(
    fc.property(documents, documents, (before, after) => {
      const affected = affectedFlags(before, after).toSorted();
      expect(affectedFlags(asText(before), asText(after)).toSorted()).toEqual(affected);
      expect(affectedFlags(asText(before), after).toSorted()).toEqual(affected);
    }),
  );
});
