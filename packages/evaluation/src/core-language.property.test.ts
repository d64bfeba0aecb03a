import { buildFlag, buildSegment } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { CORE_LANGUAGE } from './core-language.ts';
import { evaluate, evaluateAll } from './evaluate.ts';
import { explain } from './explain.ts';
import type { Condition, Flag, Rule, Segment, Serve } from './flag.ts';
import { compileWith } from './rules.ts';

const on: Serve = { kind: 'variation', variation: 'on' };
const rule = (condition: Condition, serve: Serve = on): Rule => ({ id: 'r', condition, serve });
const split: Serve = { kind: 'split', ranges: [{ fromPpm: 0, toPpm: 1_000_000, variation: 'on' }] };
const bucket = { salt: 's', fromPpm: 0, toPpm: 500_000 };
const asked = { targetingKey: 'ada', plan: 'pro' };

/** One of everything that the core speaks. */
const flags: Flag[] = [
  buildFlag({ key: 'plain' }),
  buildFlag({
    key: 'rich',
    prerequisites: [{ flag: 'plain', variations: ['on'] }],
    targets: [{ variation: 'off', keys: ['bob'] }],
    holdout: 's',
    layer: { key: 'l', fromPpm: 0, toPpm: 1_000_000 },
    rules: [
      rule({ all: [{ attribute: 'plan', operator: 'in', values: ['pro'] }, { not: { bucket } }] }),
      rule({ any: [{ flag: 'plain', variations: ['off'] }, { segment: 's' }] }, split),
    ],
    fallthrough: {
      kind: 'rollout',
      rolloutId: 'ro',
      epoch: 1,
      stageIndex: 0,
      treatment: 'on',
      control: 'off',
      treatmentPpm: 500_000,
    },
  }),
];
const segments: Segment[] = [
  buildSegment({ key: 's', excluded: ['ada'], included: ['eve'], condition: { segment: 't' } }),
  buildSegment({ key: 't', condition: { attribute: 'plan', operator: 'contains', values: ['x'] } }),
];

test('what the core speaks it answers as the complete language does', () => {
  const unitKey = fc.oneof(fc.constantFrom('ada', 'bob', 'eve'), fc.string());
  const context = fc.record({ targetingKey: unitKey, plan: fc.constantFrom('pro', 'x', 'free') }, { requiredKeys: [] });
  const core = compileWith({ language: CORE_LANGUAGE }, { revision: 1, flags, segments });
  const complete = compile({ revision: 1, flags, segments });
  fc.assert(
    fc.property(context, (anyone) => {
      expect(evaluateAll(core, anyone)).toEqual(evaluateAll(complete, anyone));
    }),
  );
});

test.each<[string, Partial<Flag>]>([
  ['an operator', { rules: [rule({ attribute: 'v', operator: 'semverEquals', values: ['1.0.0'] })] }],
  [
    'an operator of a later version',
    { rules: [rule({ attribute: 'v', operator: 'resembles' as 'equals', values: [] })] },
  ],
  ['a name that objects inherit', { rules: [rule({ attribute: 'v', operator: 'toString' as 'equals', values: [] })] }],
  ['a dialect', { rules: [rule({ dialect: 'unleash', attribute: 'v', operator: 'IN', values: [] })] }],
  ['a way to serve', { fallthrough: { kind: 'lottery' } as unknown as Serve }],
  [
    'a vendor’s buckets',
    {
      fallthrough: {
        kind: 'vendorSplit',
        bucketing: { algorithm: 'growthbook', seed: 's', hashVersion: 2 },
        units: ['id'],
        ranges: [],
      },
    },
  ],
])('a flag with %s that the core does not know is malformed for it, alone', (_, unknown) => {
  const rules = compileWith(
    { language: CORE_LANGUAGE },
    { revision: 1, flags: [buildFlag({ key: 'speaking', ...unknown }), buildFlag({ key: 'other' })], segments: [] },
  );
  expect(evaluate(rules, 'speaking', asked).errorCode).toBe('PARSE_ERROR');
  expect(explain(rules, 'speaking', asked).evaluation).toEqual(evaluate(rules, 'speaking', asked));
  expect(evaluate(rules, 'other', asked).value).toBe(true);
});

test('a flag that uses a segment which the core cannot read is malformed as a whole', () => {
  const segment = buildSegment({ key: 's', condition: { attribute: 'v', operator: 'inCidr', values: ['10.0.0.0/8'] } });
  const flag = buildFlag({ rules: [rule({ not: { segment: 's' } })] });
  const rules = compileWith({ language: CORE_LANGUAGE }, { revision: 1, flags: [flag], segments: [segment] });
  expect(evaluate(rules, flag.key, asked).errorCode).toBe('PARSE_ERROR');
});

test('whatever a server or a disk gives, the core answers and does not throw', () => {
  const rubbish = fc.oneof(
    fc.constantFrom(null, undefined, 7, '', 'x', true),
    fc.constantFrom([], {}, { length: 3 }, [null]),
  );
  const damaged = fc
    .record({
      base: fc.constantFrom(...flags, ...segments),
      steps: fc.array(fc.nat(), { maxLength: 6 }),
      value: rubbish,
    })
    .map(({ base, steps, value }) => damage(structuredClone(base), steps, value));
  fc.assert(
    fc.property(fc.array(damaged, { minLength: 1, maxLength: 3 }), (documents) => {
      const all = [...flags, ...(documents as Flag[])];
      const rules = compileWith(
        { language: CORE_LANGUAGE },
        { revision: 1, flags: all, segments: [...segments, ...(documents as unknown as Segment[])] },
      );
      for (const context of [asked, {}]) {
        for (const [key, evaluation] of evaluateAll(rules, context)) {
          expect(explain(rules, key, context).evaluation).toEqual(evaluation);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

/** Replaces something inside a document: each step goes to one of the properties, the last one is written. */
function damage(document: object, steps: readonly number[], value: unknown): object {
  let at: object = document;
  for (const [index, step] of steps.entries()) {
    const names = Object.keys(at);
    const name = names[step % Math.max(names.length, 1)];
    if (name === undefined) break;
    const next: unknown = Reflect.get(at, name);
    if (index < steps.length - 1 && typeof next === 'object' && next !== null) at = next;
    else if (at !== document || name !== 'key') {
      Reflect.set(at, name, value);
      return document;
    }
  }
  return document;
}
