import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonTree, placeOf } from './json-tree.ts';

const text = `{
  "flags": {
    "a\\"b": { "rules": [ { "id": 1 }, {"id" : [true, null, -1.5e3]} ] },
    "c": {}
  }
}`;

test.each([
  [[], 1, 1],
  [['flags'], 2, 12],
  [['flags', 'a"b', 'rules', 0, 'id'], 3, 34],
  [['flags', 'a"b', 'rules', 1, 'id', 2], 3, 60],
  [['flags', 'c'], 4, 10],
])('%j stands at line %i, column %i', (path, line, column) => {
  expect(placeOf(jsonTree(text), path)).toEqual({ line, column });
});

test('what is missing stands where it should be', () => {
  expect(placeOf(jsonTree(text), ['flags', 'c', 'kind'])).toEqual({ line: 4, column: 10 });
});

test('a member that is there twice is told at its second name', () => {
  const { twins } = jsonTree('{"flags": {"a": {"enabled": true, "enabled": false}, "a": {}}}');
  expect(twins).toEqual([
    { path: ['flags', 'a', 'enabled'], offset: 34 },
    { path: ['flags', 'a'], offset: 53 },
  ]);
});

test('every value of any JSON is where its path says', () => {
  const everyPath = (value: unknown, path: (string | number)[] = []): [(string | number)[], unknown][] => {
    if (typeof value !== 'object' || value === null) return [[path, value]];
    const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    return [[path, value], ...entries.flatMap(([step, child]) => everyPath(child, [...path, step]))];
  };
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const written = JSON.stringify(value, null, indent);
      const tree = jsonTree(written);
      const lines = written.split('\n');
      for (const [path, expected] of everyPath(JSON.parse(written))) {
        const { line, column } = placeOf(tree, path);
        const rest = [lines[line - 1]?.slice(column - 1), ...lines.slice(line)].join('\n');
        const first =
          typeof expected === 'object' && expected !== null
            ? Array.isArray(expected)
              ? '['
              : '{'
            : JSON.stringify(expected);
        expect(rest.startsWith(first)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});
