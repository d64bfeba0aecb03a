import type { Condition } from '@tidegate/evaluation';
import { describe, expect, test } from 'vitest';
import type { FlagDefinition, FlagFile, SegmentDefinition } from '../flag-file.ts';
import { findFlaws } from './find-flaws.ts';

const on = { kind: 'variation', variation: 'on' } as const;
const splitOf = (...ranges: [number, number][]): FlagDefinition => ({
  fallthrough: {
    kind: 'split',
    ranges: ranges.map(([fromPpm, toPpm]) => ({ fromPpm, toPpm, variation: 'on' })),
  },
});
const cappedIf = (condition: Condition, ...ranges: [number, number][]): FlagDefinition => {
  const all = [{ fromPpm: 0, toPpm: 1_000_000, variation: 'on' }];
  const own = ranges.map(([fromPpm, toPpm]) => ({ fromPpm, toPpm, variation: 'on' }));
  return { fallthrough: { kind: 'split', ranges: all, caps: [{ condition, ranges: own.length > 0 ? own : all }] } };
};
const ifSo = (condition: NonNullable<SegmentDefinition['condition']>): FlagDefinition => ({
  rules: [{ id: 'r', condition, serve: on }],
});

const found = (file: FlagFile) => findFlaws(file).map(({ path, detail }) => `${path.join('/')}: ${detail}`);
const inFlag = (definition: FlagDefinition, others: Readonly<Record<string, FlagDefinition>> = {}) =>
  found({ flags: { f: definition, ...others }, segments: { staff: {} } });

describe('a flag', () => {
  test('without flaws has none', () => {
    expect(inFlag({ ...splitOf([0, 500_000], [500_000, 1_000_000]), holdout: 'staff' })).toEqual([]);
    expect(inFlag(ifSo({ all: [{ segment: 'staff' }, { flag: 'g', variations: ['on'] }] }), { g: {} })).toEqual([]);
  });

  test('is told all that is wrong with it, part by part', () => {
    const flaws = inFlag({
      kind: 'string',
      variations: [
        { key: 'red', value: 1 },
        { key: 'blue', value: '#00f' },
        { key: 'blue', value: 2 },
      ],
      offVariation: 'green',
      targets: [{ variation: 'pink', keys: [] }],
      rules: [
        { id: 'r', condition: { all: [] }, serve: { kind: 'variation', variation: 'blue' } },
        { id: 'r', condition: { segment: 'ghosts' }, serve: { kind: 'variation', variation: 'grey' } },
      ],
      fallthrough: { kind: 'variation', variation: 'red' },
    });
    expect(flaws).toEqual([
      'flags/f/variations/0/value: expected a value of kind string',
      'flags/f/variations/2/value: expected a value of kind string',
      'flags/f/offVariation: there is no variation "green"',
      'flags/f/targets/0/variation: there is no variation "pink"',
      'flags/f/rules/1/serve/variation: there is no variation "grey"',
      'flags/f/variations/2/key: blue is there twice',
      'flags/f/rules/1/id: r is there twice',
      'flags/f/rules/1/condition/segment: there is no segment ghosts',
    ]);
  });

  test.each([
    [splitOf([0, 500_000], [600_000, 1_000_000]), 'flags/f/fallthrough/ranges: expected to cover'],
    [splitOf([500_000, 1_000_000], [0, 500_000]), 'flags/f/fallthrough/ranges/1: it begins before'],
    [splitOf([0, 0], [0, 1_000_000]), 'flags/f/fallthrough/ranges/0: it ends at 0'],
    [cappedIf({ segment: 'ghosts' }), 'caps/0/condition/segment: there is no segment ghosts'],
    [cappedIf({ all: [] }, [0, 0], [0, 1_000_000]), 'caps/0/ranges/0: it ends at 0'],
    [ifSo({ attribute: 'a', operator: 'matches', values: ['a(?=b)'] }), 'condition/values/0: matches cannot compare'],
    [ifSo({ attribute: 'a', operator: 'exists', values: [1] }), 'condition/values: exists compares with nothing'],
    [ifSo({ not: { attribute: 'a', operator: 'in', values: [] } }), 'condition/not/values: in needs a value'],
    [ifSo({ any: [{ flag: 'g', variations: ['on'] }] }), 'condition/any/0/flag: there is no flag g'],
    [{ holdout: 'ghosts' }, 'flags/f/holdout: there is no segment ghosts'],
    [{ prerequisites: [{ flag: 'g', variations: ['on'] }] }, 'flags/f/prerequisites/0/flag: there is no flag g'],
    [{ layer: { key: 'l', fromPpm: 5, toPpm: 5 } }, 'flags/f/layer: it ends at 5'],
  ])('is not %j', (definition, flaw) => {
    expect(inFlag(definition)).toEqual([expect.stringContaining(flaw)]);
  });

  test('asks of another only variations that it has', () => {
    const asks = { prerequisites: [{ flag: 'g', variations: ['on', 'half'] }] };
    expect(inFlag(asks, { g: {} })).toEqual(['flags/f/prerequisites/0/variations/1: flag g has no variation half']);
  });
});

test('two flags of one layer do not overlap, and those of two layers may', () => {
  const slice = (key: string, fromPpm: number, toPpm: number): FlagDefinition => ({ layer: { key, fromPpm, toPpm } });
  const flags = { a: slice('l', 0, 10), b: slice('l', 10, 20), c: slice('m', 0, 20), d: slice('l', 15, 30) };
  expect(found({ flags })).toEqual(['flags/d/layer: [15, 30) of layer l overlaps that of flag b, [10, 20)']);
});

test('circles are told once, with the way round', () => {
  const after = (flag: string): FlagDefinition => ({ prerequisites: [{ flag, variations: ['on'] }] });
  const inside = (segment: string): SegmentDefinition => ({ condition: { segment } });
  expect(
    found({
      flags: { a: after('b'), b: after('c'), c: after('a') },
      segments: { s: inside('t'), t: inside('s'), u: inside('u') },
    }),
  ).toEqual([
    'flags/a: a → b → c → a: a flag cannot wait for itself',
    'segments/s: s → t → s: a segment cannot be part of itself',
    'segments/u: u → u: a segment cannot be part of itself',
  ]);
});

test('a chain that evaluation does not follow to its end is told where it is too long', () => {
  const flags = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [
      `f${index}`,
      index === 0 ? {} : { prerequisites: [{ flag: `f${index - 1}`, variations: ['on'] }] },
    ]),
  );
  expect(found({ flags })).toEqual([expect.stringContaining('flags/f17: it leads through more than 16 others')]);
});

test('a segment names only segments that are there, and no flag', () => {
  const segments = { s: { condition: { segment: 'ghosts' } }, t: { condition: { flag: 'f', variations: ['on'] } } };
  expect(found({ flags: { f: {} }, segments })).toEqual([
    'segments/s/condition/segment: there is no segment ghosts',
    'segments/t/condition: a segment cannot ask a flag',
  ]);
});
