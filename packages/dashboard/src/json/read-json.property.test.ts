import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJson } from './read-json.ts';

const parsed = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
};

test('it takes what JSON.parse takes, for the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 1, 2), (value, space) => {
      const text = JSON.stringify(value, null, space);
      expect(readJson(text)).toMatchObject({ kind: 'value', value: JSON.parse(text) });
    }),
  );
});

test('it refuses what JSON.parse refuses, whichever letter is lost or comes in', () => {
  const letter = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '1', '-', 'e', 'true', ' ', '\n', 'x');
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 3 }),
      fc.nat(),
      fc.nat({ max: 2 }),
      fc.option(letter),
      (value, at, gone, came) => {
        const text = JSON.stringify(value, null, 1);
        const place = at % (text.length + 1);
        const edited = text.slice(0, place) + (came ?? '') + text.slice(place + gone);
        const expected = parsed(edited);
        const read = readJson(edited);
        if (expected === undefined) expect(read.kind).toBe('flaw');
        else expect(read).toMatchObject({ kind: 'value', value: expected.value });
      },
    ),
  );
});

test.each([
  ['{\n  "a": 1\n  "b": 2\n}', 3, 'expected a comma or }'],
  ['{\n  "a": 1,\n}', 2, 'nothing follows this comma'],
  ['[\n1,\n2', 3, 'found the end'],
  ['', 1, 'expected a value, found the end'],
  ['{"a": 1}\nx', 2, 'expected the end'],
])('%j is flawed at line %i', (text, line, detail) => {
  expect(readJson(text)).toMatchObject({ kind: 'flaw', line, detail: expect.stringContaining(detail) });
});

test('a pointer has the line of its value, and a missing one that of what should have it', () => {
  const read = readJson('{\n  "a/b": [\n    1,\n    {\n      "c": 2\n    }\n  ]\n}');
  if (read.kind === 'flaw') throw new Error(read.detail);
  expect(['', '/a~1b', '/a~1b/1/c', '/a~1b/1/limit/max'].map(read.lineOf)).toEqual([1, 2, 5, 4]);
});
