import { buildFlag, buildSegment } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { CONDITION_DEPTH_MAX } from './find-condition-flaw.ts';
import { findFlagFlaw, findSegmentFlaw } from './find-flaw.ts';
import type { Condition, Flag, Serve, ServeSplit } from './flag.ts';

const split = (...bounds: number[]): ServeSplit => ({
  kind: 'split',
  ranges: bounds.slice(1).map((toPpm, index) => ({ fromPpm: bounds[index] ?? 0, toPpm, variation: 'on' })),
});
const capped = (condition: Condition, ...bounds: number[]): Serve => {
  const all = split(0, 1_000_000);
  const own = bounds.length > 0 ? split(...bounds) : all;
  return { ...all, caps: [{ condition, ranges: own.ranges }] };
};
const withCondition = (condition: unknown) => ({
  ...buildFlag(),
  rules: [{ id: 'r', condition, serve: { kind: 'variation', variation: 'on' } }],
});

test('a sound flag and a sound segment have no flaw', () => {
  expect(findFlagFlaw(buildFlag())).toBeUndefined();
  expect(findFlagFlaw(buildFlag({ fallthrough: split(0, 250_000, 250_000, 1_000_000) }))).toBeUndefined();
  expect(findSegmentFlaw(buildSegment({ included: ['ada'], unit: 'org.id' }))).toBeUndefined();
});

test.each<[string, unknown, string]>([
  ['no object', [], ': expected an object'],
  ['null', null, ': expected an object'],
  ['nothing', {}, '.key: expected a text'],
  ['a wrong kind', { ...buildFlag(), kind: 'text' }, '.kind: expected boolean or string or number or json'],
  ['a value of another kind', buildFlag({ kind: 'string' }), '.variations[0].value: expected a value of kind string'],
  [
    'a variation twice',
    buildFlag({ variations: [...buildFlag().variations, { key: 'on', value: true }] }),
    '.variations[2].key: "on" is taken',
  ],
  [
    'a cap that asks a flag',
    buildFlag({ fallthrough: capped({ not: { flag: 'other', variations: [] } }) }),
    '.fallthrough.caps[0].condition: a cap cannot ask a flag',
  ],
  [
    'a cap that covers less',
    buildFlag({ fallthrough: capped({ all: [] }, 0, 7) }),
    '.fallthrough.caps[0].ranges: expected to cover [0, 1000000) without overlap',
  ],
  ['an unknown off variation', buildFlag({ offVariation: 'no' }), '.offVariation: there is no variation "no"'],
  [
    'an unknown target variation',
    buildFlag({ targets: [{ variation: 'no', keys: [] }] }),
    '.targets[0].variation: there is no variation "no"',
  ],
  [
    'an unknown onMissingUnit',
    buildFlag({ fallthrough: { ...split(0, 1_000_000), onMissingUnit: 'no' } as Serve }),
    '.fallthrough.onMissingUnit: there is no variation "no"',
  ],
  [
    'keys that are no texts',
    { ...buildFlag(), targets: [{ variation: 'on', keys: ['a', 7] }] },
    '.targets[0].keys[1]: expected a text',
  ],
  [
    'an unknown serve',
    { ...buildFlag(), fallthrough: { kind: 'dice' } },
    '.fallthrough.kind: expected variation or split or vendorSplit or rollout or evaluated',
  ],
  [
    'a gap',
    buildFlag({ fallthrough: split(1, 1_000_000) }),
    '.fallthrough.ranges: expected to cover [0, 1000000) without overlap',
  ],
  [
    'ranges that end early',
    buildFlag({ fallthrough: split(0, 999_999) }),
    '.fallthrough.ranges: expected to cover [0, 1000000) without overlap',
  ],
  [
    'a range that runs backwards',
    buildFlag({ fallthrough: split(0, 600_000, 400_000, 1_000_000) }),
    '.fallthrough.ranges: expected to cover [0, 1000000) without overlap',
  ],
  [
    'a fraction of a ppm',
    buildFlag({ fallthrough: split(0, 0.5, 1_000_000) }),
    '.fallthrough.ranges[0].toPpm: expected an integer from 0 to 1000000',
  ],
  [
    'an unknown operator',
    withCondition({ attribute: 'a', operator: 'resembles', values: [] }),
    '.rules[0].condition.operator: expected an operator that is known here',
  ],
  [
    'two conditions in one',
    withCondition({ any: [], segment: 's' }),
    '.rules[0].condition: expected one of all, any, not, segment, flag, bucket, attribute',
  ],
  [
    'a flaw deep inside',
    withCondition({ all: [{ not: { any: [{ segment: 5 }] } }] }),
    '.rules[0].condition.all[0].not.any[0].segment: expected a text',
  ],
])('%s is found, with its path', (_, document, flaw) => expect(findFlagFlaw(document)).toBe(flaw));

test('a condition may nest to its limit and no deeper', () => {
  const nested = (levels: number): Condition => (levels === 1 ? { all: [] } : { not: nested(levels - 1) });
  expect(findSegmentFlaw(buildSegment({ condition: nested(CONDITION_DEPTH_MAX) }))).toBeUndefined();
  expect(findSegmentFlaw(buildSegment({ condition: nested(CONDITION_DEPTH_MAX + 1) }))).toContain(
    'nested deeper than 32',
  );
});

test('a condition of any depth is refused without a deep stack', () => {
  const text = `${'{"not":'.repeat(200_000)}{"all":[]}${'}'.repeat(200_000)}`;
  expect(findFlagFlaw(withCondition(JSON.parse(text)))).toContain('nested deeper than 32');
});

test('what stands under __proto__ does not stand in for what is missing', () => {
  const { salt: _, ...rest } = buildFlag();
  const document: unknown = JSON.parse(`{"__proto__": {"salt": "s"}, ${JSON.stringify(rest).slice(1)}`);
  expect(findFlagFlaw(document)).toBe('.salt: expected a text');
  expect(findFlagFlaw(Object.setPrototypeOf({ ...rest }, { salt: 's' } satisfies Partial<Flag>))).toBe(
    '.salt: expected a text',
  );
});
