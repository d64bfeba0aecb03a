import { buildFlag, buildSegment } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { evaluate, evaluateAll, evaluateEach } from './evaluate.ts';
import type { Context } from './evaluation.ts';
import type { Flag, Serve } from './flag.ts';
import type { JsonValue } from './json.ts';

// Order, reasons and operators are told by conformance/evaluation.

const rulesOf = (...flags: Flag[]) => compile({ revision: 1, flags, segments: [] });
const half: Serve = {
  kind: 'split',
  ranges: [
    { fromPpm: 0, toPpm: 500_000, variation: 'on' },
    { fromPpm: 500_000, toPpm: 1_000_000, variation: 'off' },
  ],
};

test('one outcome is one object, made beforehand and shared', () => {
  const rules = rulesOf(buildFlag({ fallthrough: half }));
  const evaluations = new Set(
    Array.from({ length: 100 }, (_, index) => evaluate(rules, 'new-checkout', { targetingKey: `user-${index}` })),
  );
  expect(evaluations.size).toBe(2);
});

test('flags that are written alike answer with their own revision, and split by their own salt', () => {
  const rules: Flag['rules'] = [
    {
      id: 'staff',
      condition: { attribute: 'plan', operator: 'equals', values: ['staff'] },
      serve: { kind: 'variation', variation: 'off' },
    },
  ];
  const flags = ['a', 'b'].map((key, index) =>
    buildFlag({ key, salt: `salt of ${key}`, rules, fallthrough: half, revision: index + 1 }),
  );
  const compiled = rulesOf(...flags);
  const units = Array.from({ length: 40 }, (_, index) => ({ targetingKey: `user-${index}` }));
  const both = units.map((unit) => ['a', 'b'].map((key) => evaluate(compiled, key, unit)));
  expect(both.map((pair) => pair.map(({ revision }) => revision))).toEqual(units.map(() => [1, 2]));
  expect(both.some(([a, b]) => a?.variation !== b?.variation)).toBe(true);
  const staff = ['a', 'b'].map((key) => evaluate(compiled, key, { plan: 'staff' }));
  expect(staff.map(({ revision, ruleId }) => [revision, ruleId])).toEqual([
    [1, 'staff'],
    [2, 'staff'],
  ]);
});

test('who is in no range of a vendor is not given what was served to those without a unit', () => {
  const bucketing = { algorithm: 'launchdarkly', prefix: 'f.s' } as const;
  const fallthrough: Serve = { kind: 'vendorSplit', bucketing, units: ['key'], ranges: [], onMissingUnit: 'off' };
  const rules = rulesOf(buildFlag({ fallthrough }));
  const asked = [{}, { key: 'ada' }, {}, { key: 'ada' }];
  expect(asked.map((context) => evaluate(rules, 'new-checkout', context).variation)).toEqual([
    'off',
    undefined,
    'off',
    undefined,
  ]);
});

test('nobody can change what others get', () => {
  const value = { limits: { perDay: 3 }, tags: ['a'] };
  const rules = rulesOf(
    buildFlag({
      kind: 'json',
      variations: [
        { key: 'on', value },
        { key: 'off', value: null },
      ],
    }),
  );
  const evaluation = evaluate(rules, 'new-checkout', {});
  expect(Object.isFrozen(evaluation)).toBe(true);
  expect(() => value.tags.push('b')).toThrow(TypeError);
  expect(() => Object.assign(value.limits, { perDay: 4 })).toThrow(TypeError);
});

test('a value deeper than the stack is served', () => {
  const deep: JsonValue = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
  const rules = rulesOf(
    buildFlag({
      kind: 'json',
      variations: [
        { key: 'on', value: deep },
        { key: 'off', value: [] },
      ],
    }),
  );
  expect(evaluate(rules, 'new-checkout', {}).value).toBe(deep);
});

test.each([undefined, null, 'ada', 7, [], ['ada'], () => ({}), Object.create(null)])(
  'whatever comes as a context, the answer is that for no attributes: %s',
  (context) => {
    const condition = { attribute: 'length', operator: 'exists', values: [] } as const;
    const rules = rulesOf(
      buildFlag({ rules: [{ id: 'r', condition, serve: { kind: 'variation', variation: 'off' } }] }),
    );
    // Callers in JavaScript can do this.
    expect(evaluate(rules, 'new-checkout', context as Context).reason).toBe('DEFAULT');
  },
);

test.each([undefined, null, 7, {}, Symbol('flag'), Object.create(null)])(
  'whatever comes as a key is not found',
  (key) => {
    // Callers in JavaScript can do this.
    expect(evaluate(rulesOf(buildFlag()), key as unknown as string, {}).errorCode).toBe('FLAG_NOT_FOUND');
  },
);

test('documents that are no documents are passed over', () => {
  const documents = [null, 7, 'flag', [], {}, { key: 7 }, buildFlag({ key: 'fine' })] as Flag[];
  const rules = compile({ revision: 1, flags: documents, segments: documents as never });
  expect([...evaluateAll(rules, {}).keys()]).toEqual(['fine']);
  // What came over a wire may lack everything.
  expect(evaluateAll(compile({ revision: 1 } as never), {}).size).toBe(0);
});

test('a malformed flag says what is wrong where', () => {
  const rules = compile({ revision: 1, flags: [{ ...buildFlag(), rules: [{ id: 7 }] } as never], segments: [] });
  expect(evaluate(rules, 'new-checkout', {})).toEqual({
    value: undefined,
    variation: undefined,
    reason: 'ERROR',
    errorCode: 'PARSE_ERROR',
    errorMessage: 'Malformed flag.rules[0].id: expected a text',
    revision: 0,
  });
});

test('a missing unit says which flag needs it', () => {
  const { errorMessage } = evaluate(rulesOf(buildFlag({ fallthrough: half })), 'new-checkout', {});
  expect(errorMessage).toContain('"new-checkout"');
});

test('evaluateAll answers each flag as evaluate does', () => {
  const rules = compile({
    revision: 1,
    flags: [
      buildFlag({ key: 'a' }),
      buildFlag({ key: 'b', fallthrough: half }),
      buildFlag({ key: 'c', enabled: false }),
    ],
    segments: [buildSegment()],
  });
  for (const [key, evaluation] of evaluateAll(rules, { targetingKey: 'ada' })) {
    expect(evaluation).toBe(evaluate(rules, key, { targetingKey: 'ada' }));
  }
  const told: string[] = [];
  evaluateEach(rules, { targetingKey: 'ada' }, (key, evaluation) => {
    expect(evaluation).toBe(evaluate(rules, key, { targetingKey: 'ada' }));
    told.push(key);
  });
  expect(told).toEqual(['a', 'b', 'c']);
});

test('what two flags write alike is told of each as its own', () => {
  const rule = { id: 'r', condition: { attribute: 'plan', operator: 'equals', values: ['pro'] }, serve: half } as const;
  const rules = rulesOf(
    buildFlag({ key: 'a', revision: 1, rules: [rule] }),
    buildFlag({
      key: 'b',
      revision: 2,
      variations: [
        { key: 'on', value: false },
        { key: 'off', value: true },
      ],
      rules: [rule],
    }),
  );
  const ada = { targetingKey: 'ada', plan: 'pro' };
  expect(['a', 'b'].map((key) => evaluate(rules, key, ada).revision)).toEqual([1, 2]);
  for (const key of ['a', 'b']) expect(evaluate(rules, key, ada)).toMatchObject({ reason: 'SPLIT', ruleId: 'r' });
  expect(evaluate(rules, 'a', {}).value).toBe(true);
  expect(evaluate(rules, 'b', {}).value).toBe(false);
});

test('prerequisites that fan out beyond all bounds are answered at once, and not met', () => {
  const levels = 20;
  const flags = Array.from({ length: levels }, (_, level) =>
    ['left', 'right'].map((side) =>
      buildFlag({
        key: `${side}-${level}`,
        prerequisites:
          level === 0 ? [] : ['left', 'right'].map((below) => ({ flag: `${below}-${level - 1}`, variations: ['on'] })),
      }),
    ),
  ).flat();
  const evaluations = evaluateAll(rulesOf(...flags), {});
  // 2 + 4 + … + 2^8 = 510 visits are within the limit, twice as many are not.
  expect(evaluations.get('left-8')?.variation).toBe('on');
  expect(evaluations.get('left-9')?.variation).toBe('off');
  expect(evaluations.get('left-19')?.variation).toBe('off');
});
