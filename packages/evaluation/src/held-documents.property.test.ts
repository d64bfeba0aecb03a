import { buildFlag, buildSegment } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flag, flags, segments } from './generated-rules.fixture.ts';
import { flagsWithRollouts, referencesOf, textOfDocument } from './held-documents.ts';
import { LazyDocument } from './lazy-document.ts';
import { readDocuments } from './read-documents.ts';
import { readReferences } from './references.ts';
import type { RulesDocuments } from './rules.ts';
import { writeDocuments } from './write-documents.ts';

/** As an SDK has them from its server. */
function held(documents: object): RulesDocuments {
  return readDocuments(JSON.stringify(documents)) as RulesDocuments;
}

/** Whether nobody has read it. */
function isText(document: unknown): boolean {
  return document instanceof LazyDocument && document.text() !== undefined;
}

test('what is written of documents that were never read is what was read, and leaves them unread', () => {
  fc.assert(
    fc.property(flags, segments, fc.jsonValue(), (someFlags, someSegments, other) => {
      const snapshot = { other, gone: undefined, flags: someFlags, revision: 1, segments: someSegments };
      const lazy = held(snapshot);
      expect(JSON.parse(writeDocuments({ ...lazy }))).toEqual(JSON.parse(JSON.stringify(snapshot)));
      expect(writeDocuments(snapshot)).toBe(JSON.stringify(snapshot));
      expect([...lazy.flags, ...lazy.segments].every(isText)).toBe(true);
    }),
  );
});

test('a text refers to what its document refers to', () => {
  fc.assert(
    fc.property(flags, segments, (someFlags, someSegments) => {
      const lazy = held({ revision: 1, flags: someFlags, segments: someSegments });
      expect(lazy.flags.map(referencesOf)).toEqual(someFlags.map(readReferences));
      expect(lazy.segments.map(referencesOf)).toEqual(someSegments.map(readReferences));
    }),
  );
});

test('a flag that refers to nothing is not read to know it, whatever its values say', () => {
  const plain = buildFlag({ variations: [{ key: 'on', value: 'a segment' }] });
  const [flag] = held({ revision: 1, flags: [plain], segments: [] }).flags;
  expect(flag && referencesOf(flag)).toEqual({ flags: [], segments: [] });
  expect(isText(flag)).toBe(true);
});

test('of flags that are text, only those in a rollout are looked into, and they stay text', () => {
  const serve = {
    ...{ kind: 'rollout', rolloutId: 'r', epoch: 1, stageIndex: 0, treatment: 'on', control: 'off' },
    ...{ treatmentPpm: 1, unit: 'org', onMissingUnit: 'off' },
  };
  const ramped = { ...buildFlag({ key: 'ramped' }), fallthrough: serve };
  const documents = held({ revision: 1, flags: [buildFlag({ key: 'plain' }), ramped], segments: [] });
  expect(flagsWithRollouts(documents.flags)).toEqual([ramped]);
  expect(documents.flags.every(isText)).toBe(true);
});

test('two texts are the same where their documents are', () => {
  fc.assert(
    fc.property(flag, (one) => {
      const [lazy] = held({ revision: 1, flags: [one], segments: [] }).flags;
      expect(textOfDocument(lazy)).toBe(textOfDocument(one));
    }),
  );
  expect(textOfDocument(buildSegment({ key: 'a' }))).not.toBe(textOfDocument(buildSegment({ key: 'b' })));
});
