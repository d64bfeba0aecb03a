import { buildFlag, buildSegment } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import type { ConditionTrace, Context } from './evaluation.ts';
import { explain } from './explain.ts';
import type { Condition, Flag, Segment, ServeRollout } from './flag.ts';

const on = { kind: 'variation', variation: 'on' } as const;
const off = { kind: 'variation', variation: 'off' } as const;

function rolloutAt(treatmentPpm: number, more: Partial<ServeRollout> = {}): Flag {
  const arms = { treatment: 'on', control: 'off', treatmentPpm } as const;
  return buildFlag({
    salt: 's',
    fallthrough: { kind: 'rollout', rolloutId: 'ro', epoch: 1, stageIndex: 0, ...arms, ...more },
  });
}

function stepsOf(flags: Flag[], context: Context, segments: Segment[] = []) {
  const rules = compile({ revision: 1, flags, segments });
  return explain(rules, flags[0]?.key ?? '', context).steps;
}

function traceOf(condition: Condition, context: Context, segments: Segment[] = []): ConditionTrace | undefined {
  const steps = stepsOf([buildFlag({ rules: [{ id: 'r', condition, serve: on }] })], context, segments);
  return steps.find((step) => step.kind === 'rule')?.condition;
}

test('a disabled flag has two steps', () => {
  expect(stepsOf([buildFlag({ enabled: false })], {})).toEqual([
    { kind: 'enabled', flagKey: 'new-checkout', enabled: false },
    { kind: 'serve', variation: 'off' },
  ]);
});

test('targets, rules and the fallthrough are told in order, up to the one that answers', () => {
  const steps = stepsOf(
    [
      buildFlag({
        targets: [{ variation: 'on', keys: ['eve'] }],
        rules: [
          { id: 'r1', condition: { any: [] }, serve: on },
          { id: 'r2', condition: { all: [] }, serve: off },
          { id: 'r3', condition: { all: [] }, serve: on },
        ],
      }),
    ],
    { targetingKey: 'ada' },
  );
  expect(steps).toEqual([
    { kind: 'enabled', flagKey: 'new-checkout', enabled: true },
    { kind: 'target', variation: 'on', unit: 'targetingKey', unitKey: 'ada', matched: false },
    { kind: 'rule', ruleId: 'r1', matched: false, condition: { kind: 'any', matched: false, children: [] } },
    { kind: 'rule', ruleId: 'r2', matched: true, condition: { kind: 'all', matched: true, children: [] } },
    { kind: 'serve', variation: 'off' },
  ]);
});

test('a bucket shows what was hashed, the position and the range', () => {
  expect(stepsOf([rolloutAt(250_000)], { targetingKey: 'user-1' }).slice(1)).toEqual([
    { kind: 'fallthrough' },
    {
      kind: 'bucket',
      unit: 'targetingKey',
      unitKey: 'user-1',
      salt: 's',
      seed: 974_162_354,
      unitHash: 2_755_638_957,
      positionPpm: 227_655,
      range: { fromPpm: 0, toPpm: 250_000, variation: 'on' },
    },
    { kind: 'serve', variation: 'on' },
  ]);
});

test('the ranges of a rollout are treatment, control, and the sample of control that treatment leaves', () => {
  const rangeOf = (treatmentPpm: number) => {
    const steps = stepsOf([rolloutAt(treatmentPpm, { controlSamplePpm: 400_000 })], { targetingKey: 'user-2' });
    return steps.find((step) => step.kind === 'bucket')?.range;
  };
  // user-2 stands at 765 791.
  expect(rangeOf(100_000)).toEqual({ fromPpm: 600_000, toPpm: 1_000_000, variation: 'off' });
  expect(rangeOf(700_000)).toEqual({ fromPpm: 700_000, toPpm: 1_000_000, variation: 'off' });
  expect(rangeOf(800_000)).toEqual({ fromPpm: 0, toPpm: 800_000, variation: 'on' });
});

test('a bucket without a unit shows that, and what follows', () => {
  const split = { kind: 'split', ranges: [{ fromPpm: 0, toPpm: 1_000_000, variation: 'on' }] } as const;
  const flag = buildFlag({ rules: [{ id: 'r', condition: { all: [] }, serve: split }], fallthrough: off });
  const kinds = stepsOf([flag], {}).map((step) => (step.kind === 'bucket' ? [step.unitKey, step.range] : step.kind));
  expect(kinds).toEqual(['enabled', 'rule', [undefined, undefined], 'fallthrough', 'serve']);
});

test('a prerequisite is explained inside the step that asks for it', () => {
  const flag = buildFlag({ prerequisites: [{ flag: 'base', variations: ['on'] }] });
  const [, prerequisite, serve] = stepsOf([flag, buildFlag({ key: 'base', fallthrough: off })], {});
  expect(prerequisite).toMatchObject({
    kind: 'prerequisite',
    flagKey: 'base',
    wanted: ['on'],
    served: 'off',
    met: false,
  });
  expect(prerequisite).toMatchObject({ explanation: { flagKey: 'base', evaluation: { reason: 'STATIC' } } });
  expect(serve).toEqual({ kind: 'serve', variation: 'off' });
});

test('a prerequisite in a circle is not met, and not followed', () => {
  const flags = ['a', 'b'].map((key, index) =>
    buildFlag({ key, prerequisites: [{ flag: ['b', 'a'][index] ?? '', variations: ['on', 'off'] }] }),
  );
  expect(stepsOf(flags, {})).toEqual([
    { kind: 'enabled', flagKey: 'a', enabled: true },
    { kind: 'prerequisite', flagKey: 'b', wanted: ['on', 'off'], served: undefined, met: false },
    { kind: 'serve', variation: 'off' },
  ]);
});

test('a condition shows all of its parts with what they compared', () => {
  const leaf = { attribute: 'org.plan', operator: 'equals', values: ['pro'] } as const;
  const condition: Condition = { all: [leaf, { not: { attribute: 'age', operator: 'exists', values: [] } }] };
  expect(traceOf(condition, { org: { plan: 'free' }, age: 7 })).toEqual({
    kind: 'all',
    matched: false,
    children: [
      { kind: 'leaf', ...leaf, actual: 'free', matched: false },
      {
        kind: 'not',
        matched: false,
        child: { kind: 'leaf', attribute: 'age', operator: 'exists', values: [], actual: 7, matched: true },
      },
    ],
  });
});

test('a segment says why it matches or does not', () => {
  const segments = [
    buildSegment({
      included: ['ada', 'bob'],
      excluded: ['bob'],
      condition: { attribute: 'plan', operator: 'exists', values: [] },
    }),
    buildSegment({ key: 'circle', condition: { segment: 'circle' } }),
  ];
  const why = (segment: string, context: Context) => {
    const trace = traceOf({ segment }, context, segments);
    return trace?.kind === 'segment' ? [trace.matched, trace.why, trace.condition?.kind] : undefined;
  };
  expect(why('beta-users', { targetingKey: 'ada' })).toEqual([true, 'included', undefined]);
  expect(why('beta-users', { targetingKey: 'bob', plan: 'pro' })).toEqual([false, 'excluded', undefined]);
  expect(why('beta-users', { plan: 'pro' })).toEqual([true, 'condition', 'leaf']);
  expect(why('beta-users', { targetingKey: 'eve' })).toEqual([false, 'condition', 'leaf']);
  expect(why('circle', {})).toEqual([false, 'cycle', undefined]);
  expect(why('nowhere', {})).toEqual([false, 'unknown-segment', undefined]);
});

test('an unknown and a malformed flag have no steps', () => {
  const rules = compile({ revision: 1, flags: [{ key: 'broken' } as Flag], segments: [] });
  expect(explain(rules, 'broken', {})).toMatchObject({ evaluation: { errorCode: 'PARSE_ERROR' }, steps: [] });
  expect(explain(rules, 'nobody', {})).toMatchObject({ evaluation: { errorCode: 'FLAG_NOT_FOUND' }, steps: [] });
});

test('a holdout and a layer are told where they stand in the order, with what they looked at', () => {
  const flag = buildFlag({
    holdout: 'beta-users',
    layer: { key: 'l', fromPpm: 0, toPpm: 628_134 },
    rules: [{ id: 'r', condition: { all: [] }, serve: on }],
  });
  const segment = buildSegment({ included: ['eve'], condition: { any: [] } });
  expect(stepsOf([flag], { targetingKey: 'eve' }, [segment]).slice(1)).toEqual([
    {
      kind: 'holdout',
      held: true,
      segment: { kind: 'segment', segment: 'beta-users', matched: true, why: 'included' },
    },
    { kind: 'serve', variation: 'off' },
  ]);
  const [, holdout, layer, serve] = stepsOf([flag], { targetingKey: 'a' }, [segment]);
  expect(holdout).toMatchObject({ kind: 'holdout', held: false });
  // conformance/evaluation/buckets.json says how; "a" stands right behind the slice.
  expect(layer).toMatchObject({
    kind: 'layer',
    layer: 'l',
    salt: 'layer/l',
    unit: 'targetingKey',
    unitKey: 'a',
    positionPpm: 628_134,
    fromPpm: 0,
    toPpm: 628_134,
    matched: false,
  });
  expect(serve).toEqual({ kind: 'serve', variation: 'off' });
});

test('a condition that asks a flag explains that flag inside', () => {
  const flag = buildFlag({ rules: [{ id: 'r', condition: { flag: 'base', variations: ['on'] }, serve: on }] });
  const step = stepsOf([flag, buildFlag({ key: 'base', fallthrough: off })], {}).find(({ kind }) => kind === 'rule');
  expect(step).toMatchObject({
    condition: { kind: 'flag', flagKey: 'base', wanted: ['on'], served: 'off', matched: false },
  });
  expect(step).toMatchObject({ condition: { explanation: { flagKey: 'base', evaluation: { reason: 'STATIC' } } } });
});

test('words for one relation are told apart', () => {
  const operators = ['equals', 'in', 'overlaps', 'notEquals', 'notIn', 'notOverlaps'] as const;
  for (const operator of operators) {
    const trace = traceOf({ attribute: 'plan', operator, values: ['pro'] }, { plan: 'pro' });
    expect(trace).toMatchObject({ kind: 'leaf', operator, values: ['pro'], actual: 'pro' });
  }
});

test('a rollout with a scope tells whom it leaves out, before it tells where the others stand', () => {
  const scope = { attribute: 'country', operator: 'equals', values: ['DE'] } as const;
  const served = { rolloutId: 'r', epoch: 1, stageIndex: 0, treatment: 'on', control: 'off', treatmentPpm: 1_000_000 };
  const flag = buildFlag({ fallthrough: { kind: 'rollout', ...served, scope } });
  const [, outside, serve] = stepsOf([flag], { targetingKey: 'a', country: 'FR' });
  expect(outside).toMatchObject({ kind: 'scope', outside: true, condition: { kind: 'not', child: { actual: 'FR' } } });
  expect(serve).toEqual({ kind: 'serve', variation: 'off' });
  const within = stepsOf([flag], { targetingKey: 'a', country: 'DE' });
  expect(within.map(({ kind }) => kind)).toEqual(['enabled', 'scope', 'fallthrough', 'bucket', 'serve']);
  expect(within[1]).toMatchObject({ outside: false });
});

test('a cap tells whom it holds for and the shares that they get, before it tells where they stand', () => {
  const condition = { attribute: 'country', operator: 'equals', values: ['DE'] } as const;
  const served = { rolloutId: 'r', epoch: 1, stageIndex: 2, treatment: 'on', control: 'off', treatmentPpm: 1_000_000 };
  const caps = [{ condition, treatmentPpm: 200_000, stageIndex: 1 }];
  const flag = buildFlag({
    rules: [{ id: 'all', condition: { all: [] }, serve: { kind: 'rollout', ...served, caps } }],
  });
  const within = stepsOf([flag], { targetingKey: 'a', country: 'DE' });
  expect(within.map(({ kind }) => kind)).toEqual(['enabled', 'cap', 'bucket', 'serve']);
  expect(within[1]).toMatchObject({
    ruleId: 'all',
    capped: true,
    condition: { kind: 'all', children: [{}, { actual: 'DE' }] },
    ranges: [
      { fromPpm: 0, toPpm: 200_000, variation: 'on' },
      { fromPpm: 200_000, toPpm: 1_000_000, variation: 'off' },
    ],
  });
  const others = stepsOf([flag], { targetingKey: 'a', country: 'FR' });
  expect(others.map(({ kind }) => kind)).toEqual(['enabled', 'cap', 'rule', 'bucket', 'serve']);
  expect(others[1]).toMatchObject({ capped: false });
});
