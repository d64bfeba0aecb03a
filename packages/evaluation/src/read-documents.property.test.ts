import { buildFlag, buildSegment } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { evaluate } from './evaluate.ts';
import { context, damaged, flag, flags, segment, segments } from './generated-rules.fixture.ts';
import { LazyDocument } from './lazy-document.ts';
import { readDocuments } from './read-documents.ts';
import { flagKeys, type RulesDocuments } from './rules.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const SNAPSHOT = { protocol: 1, environment: 'a/b', revision: 3, flags: [buildFlag()], segments: [buildSegment()] };

test('what is read is what JSON.parse gives, whatever the documents and however they are indented', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(damaged(flag), fc.jsonValue()), { maxLength: 4 }),
      fc.array(damaged(segment), { maxLength: 4 }),
      fc.jsonValue(),
      fc.constantFrom(undefined, 1, '\t'),
      (someFlags, someSegments, other, space) => {
        const text = JSON.stringify({ other, flags: someFlags, revision: 1, segments: someSegments }, undefined, space);
        expect(plain(readDocuments(text))).toEqual(JSON.parse(text));
      },
    ),
    { numRuns: 300 },
  );
});

test('any JSON value is read as it is, and what is none throws as ever', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(plain(readDocuments(text))).toEqual(JSON.parse(text));
    }),
  );
  const text = JSON.stringify(SNAPSHOT);
  for (let length = 0; length < text.length; length++) {
    expect(() => readDocuments(text.slice(0, length))).toThrow(SyntaxError);
  }
  const replaced = [
    ['"revision":3,', '"revision":3'],
    ['"flags":[{', '"flags":[,{'],
    ['}],"segments"', '},],"segments"'],
    [':1,', ':1 2,'],
  ] as const;
  for (const [sound, broken] of replaced) {
    expect(text).toContain(sound);
    expect(() => readDocuments(text.replace(sound, broken))).toThrow(SyntaxError);
  }
  for (const broken of [`${text}}`, `[${text}`]) {
    expect(() => readDocuments(broken)).toThrow(SyntaxError);
  }
});

test('rules answer alike from texts and from documents, also when those were read before', () => {
  fc.assert(
    fc.property(flags, segments, context, fc.boolean(), (someFlags, someSegments, asked, isRead) => {
      const text = JSON.stringify({ revision: 1, flags: someFlags, segments: someSegments });
      // Both are what `text` says.
      const lazy = readDocuments(text) as RulesDocuments;
      const parsed = JSON.parse(text) as RulesDocuments;
      if (isRead) expect(lazy.flags.map(({ rules }) => rules)).toEqual(parsed.flags.map(({ rules }) => rules));
      const [fromTexts, fromDocuments] = [compile(lazy), compile(parsed)];
      for (const key of flagKeys(fromDocuments)) {
        expect(evaluate(fromTexts, key, asked)).toEqual(evaluate(fromDocuments, key, asked));
      }
    }),
  );
});

test('a document that is no JSON is malformed by itself, and so is one with two keys', () => {
  const sound = JSON.stringify(SNAPSHOT.flags[0]);
  const broken = sound.replace('"new-checkout"', '"broken"').replace('true', 'truth');
  const twice = sound.replace('"new-checkout"', '"twice","key":"other"');
  // An object with lists of documents.
  const documents = readDocuments(
    `{"revision":1,"flags":[${broken},${twice},${sound}],"segments":[]}`,
  ) as RulesDocuments;
  const rules = compile(documents);
  expect(['broken', 'twice', 'new-checkout'].map((key) => evaluate(rules, key, {}).errorCode)).toEqual([
    'PARSE_ERROR',
    'PARSE_ERROR',
    undefined,
  ]);
});

test('a document has the fields of its JSON, and no others', () => {
  const { flags: someFlags, segments: someSegments } = readDocuments(JSON.stringify(SNAPSHOT)) as RulesDocuments;
  const documents = [...someFlags, ...someSegments];
  expect(documents.every((document) => document instanceof LazyDocument)).toBe(true);
  for (const [index, whole] of [...SNAPSHOT.flags, ...SNAPSHOT.segments].entries()) {
    const names = new Set([...SNAPSHOT.flags, ...SNAPSHOT.segments].flatMap((document) => Object.keys(document)));
    for (const name of names) {
      // A fresh one for each: reading one field makes all of them.
      const lazy = new LazyDocument(whole.key, JSON.stringify(whole));
      expect(Reflect.get(lazy, name)).toEqual(plainField(whole, name));
    }
    expect(plain(documents[index])).toEqual(plain(whole));
  }
});

function plainField(document: object, name: string): unknown {
  return Reflect.get(Object(plain(document)), name);
}
