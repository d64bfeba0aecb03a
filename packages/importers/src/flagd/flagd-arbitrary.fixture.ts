import fc from 'fast-check';

type Json = unknown;

const text = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      'a',
      'b',
      'on',
      'off',
      'ab',
      'abc',
      'é',
      '日本',
      '😀',
      '',
      '0',
      '1',
      '5',
      '1.2',
      'v1.2.3',
      '1.2.3',
      '1.2.4-rc.1',
      '2',
      'V2.0.0',
      'x@faas.com',
      'true',
      'null',
      ' 5 ',
      '1e3',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
);
const scalar = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.constantFrom<Json>(0, 1, 5, -1, 2.5, 1e21, 1_767_225_600, true, false, null),
);
const attributeValue = fc.oneof(
  { weight: 6, arbitrary: scalar },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Json>(
      [],
      ['a'],
      ['on', 50],
      ['a', 'b'],
      [['a']],
      {},
      { a: 'b' },
      { b: 0 },
      { b: null },
      { b: { c: 'on' } },
      [0],
    ),
  },
);
const userKey = fc.integer({ min: 0, max: 999 }).map((n) => `user-${n}`);
/** Contexts of OpenFeature, with every value that JSON can have. */
export const flagdContexts = fc.record(
  {
    targetingKey: fc.oneof({ weight: 3, arbitrary: userKey }, attributeValue),
    a: attributeValue,
    b: attributeValue,
    email: fc.oneof(attributeValue, userKey),
    roles: fc.oneof(fc.array(attributeValue, { maxLength: 3 }), attributeValue),
    'a.b': scalar,
    é: scalar,
    $flagd: fc.constant('mine'),
    org: fc.record(
      {
        roles: fc.array(attributeValue, { maxLength: 3 }),
        plan: scalar,
        deep: fc.record({ x: scalar, y: scalar }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const path = fc.constantFrom(
  'a',
  'b',
  'email',
  'targetingKey',
  'a.b',
  'a\\.b',
  'org.plan',
  'org.deep.x',
  'org.deep.x.z',
  'é',
  '$flagd.flagKey',
  '$flagd.timestamp',
  'nothing',
  'email.length',
  'a.0',
  '.',
  'constructor',
  'toString',
);
const { condition, value } = fc.letrec<{ value: Json; condition: Json; variable: Json; list: Json }>((tie) => ({
  list: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: fc.constantFrom<Json>({ var: 'roles' }, { var: 'org.roles' }) },
    { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
    { weight: 1, arbitrary: tie('value') },
  ),
  variable: fc.oneof(
    { weight: 8, arbitrary: path.map((name) => ({ var: name })) },
    { weight: 1, arbitrary: path.map((name) => ({ var: [name] })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(path, fc.oneof({ weight: 4, arbitrary: scalar }, tie('value')))
        .map((pair) => ({ var: pair })),
    },
    { weight: 1, arbitrary: fc.constantFrom({ var: '' }, { var: [] }, { var: null }) },
  ),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: scalar },
    { weight: 5, arbitrary: tie('variable') },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.constantFrom('+', '-', '*', '/', '%', 'min', 'max', 'cat', 'merge'),
          fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
        )
        .map(([op, args]) => ({ [op]: args })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('+', '-', 'cat', '!', '!!'), tie('value'))
        .map(([op, arg]) => ({ [op]: arg })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('value'), tie('value'), fc.oneof(fc.constantFrom<Json>(0, 1, -1, 2), tie('value')))
        .map((args) => ({ substr: args })),
    },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    { weight: 1, arbitrary: tie('condition') },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('filter', 'map'), tie('list'), fc.oneof(tie('condition'), tie('value')))
        .map(([op, ...args]) => ({ [op]: args })),
    },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.oneof(tie('condition'), tie('value')), { minLength: 1, maxLength: 4 })
        .map((args) => ({ if: args })),
    },
  ),
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    {
      weight: 5,
      arbitrary: fc
        .tuple(fc.constantFrom('==', '!=', '===', '!==', '<', '<=', '>', '>='), tie('value'), tie('value'))
        .map(([op, ...args]) => ({ [op]: args })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('==', '<', '<=', '>', '>=', '==='), tie('value'), tie('value'), tie('value'))
        .map(([op, ...args]) => ({ [op]: args })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(fc.oneof(tie('condition'), tie('value')), { maxLength: 3 }))
        .map(([op, args]) => ({ [op]: args })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('!', '!!'), fc.oneof(tie('condition'), tie('value')))
        .map(([op, arg]) => ({ [op]: [arg] })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('value'), fc.oneof(fc.array(tie('value'), { maxLength: 3 }), tie('value')))
        .map((args) => ({ in: args })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('starts_with', 'ends_with'), fc.array(tie('value'), { minLength: 2, maxLength: 2 }))
        .map(([op, args]) => ({ [op]: args })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('value'), fc.constantFrom('=', '!=', '<', '<=', '>', '>=', '^', '~', '?'), tie('value'))
        .map((args) => ({ sem_ver: args })),
    },
    {
      weight: 1,
      arbitrary: fc
        .array(
          path.filter((name) => !name.includes('\\')),
          { maxLength: 3 },
        )
        .map((args) => ({ missing: args })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.integer({ min: 0, max: 3 }),
          fc.array(
            path.filter((name) => !name.includes('\\')),
            { maxLength: 3 },
          ),
        )
        .map((args) => ({ missing_some: args })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('some', 'all', 'none'), tie('list'), fc.oneof(tie('condition'), tie('value')))
        .map(([op, ...args]) => ({ [op]: args })),
    },
    { weight: 1, arbitrary: fc.constant({ $ref: 'isA' }) },
  ),
}));

const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<Json>('on', 'off', 'a', 'b') },
  fc.constantFrom<Json>('none', true, false, 1, 0, null, ''),
);
const weight = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<Json>(0, 1, 10, 25, 50, 100, -5) },
  fc.constantFrom<Json>(2_147_483_647, 1_000_000_007, 1.5, '5', null),
);
const bucket = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(name, weight) as fc.Arbitrary<Json> },
  { weight: 2, arbitrary: fc.tuple(name) as fc.Arbitrary<Json> },
  { weight: 1, arbitrary: fc.tuple(fc.oneof(value, name), fc.oneof(value, weight)) as fc.Arbitrary<Json> },
  { weight: 1, arbitrary: fc.constantFrom<Json>([], ['a', 1, 1], 'a', [['a'], 1]) },
);
const bucketBy = fc.oneof(
  path.map((at) => ({ var: at }) as Json),
  fc.constant<Json>({ cat: [{ var: '$flagd.flagKey' }, { var: 'email' }] }),
  fc.constant<Json>({ cat: ['salt', { var: 'targetingKey' }] }),
  value,
);
const fractional = fc.oneof(
  fc.array(bucket, { minLength: 1, maxLength: 4 }).map((buckets) => ({ fractional: buckets }) as Json),
  fc
    .tuple(bucketBy, fc.array(bucket, { minLength: 1, maxLength: 4 }))
    .map(([by, buckets]) => ({ fractional: [by, ...buckets] }) as Json),
);
const { targeting } = fc.letrec<{ targeting: Json }>((tie) => ({
  targeting: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: name },
    { weight: 3, arbitrary: fractional },
    { weight: 3, arbitrary: fc.tuple(condition, tie('targeting')).map((args) => ({ if: args }) as Json) },
    {
      weight: 5,
      arbitrary: fc.tuple(condition, tie('targeting'), tie('targeting')).map((args) => ({ if: args }) as Json),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(condition, tie('targeting'), condition, tie('targeting'), tie('targeting'))
        .map((args) => ({ if: args }) as Json),
    },
    { weight: 1, arbitrary: fc.oneof(value, condition) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(condition, tie('targeting'), condition, tie('targeting'))
        .map((args) => ({ if: args }) as Json),
    },
    { weight: 1, arbitrary: tie('targeting').map((only) => ({ if: [only] }) as Json) },
  ),
}));

const variants = fc.constantFrom<Record<string, Json>>(
  { on: true, off: false },
  { on: 'ON', off: 'OFF', a: 'A', b: 'B', true: 'T', false: 'F', '': 'E', 1: 'one' },
  { on: 1, off: 0, a: 2.5, true: 7 },
  { on: { x: 1 }, off: [], a: null, 'a,b': {} },
);
/** Flags with targeting of every kind that is run here, sound or not. */
export const flagdFlags = fc
  .tuple(
    variants,
    targeting,
    fc.constantFrom<Json>('on', 'off', 'on', 'off', undefined, null, ''),
    fc.constantFrom('ENABLED', 'ENABLED', 'ENABLED', 'DISABLED'),
  )
  .map(([all, rules, defaultVariant, state]) => ({ state, variants: all, defaultVariant, targeting: rules }));
export const flagdKeys = fc.constantFrom('checkout', 'new-search', 'grün é', '日本', 'a "quoted" $& key');
/** The evaluators that those flags refer to. */
export const flagdEvaluators = fc.record({ isA: condition });

const plainCondition = fc.oneof(
  fc
    .tuple(fc.constantFrom('===', '!=='), fc.constantFrom('plan', 'email'), text)
    .map(([op, at, wanted]) => ({ [op]: [{ var: at }, wanted] }) as Json),
  fc
    .tuple(fc.constantFrom('starts_with', 'ends_with'), fc.constantFrom('plan', 'email'), text)
    .map(([op, at, part]) => ({ [op]: [{ var: at }, part] }) as Json),
  fc.array(text, { maxLength: 3 }).map((list) => ({ in: [{ var: 'plan' }, list] }) as Json),
  fc
    .tuple(fc.constantFrom('<', '<=', '>', '>='), fc.integer({ min: 0, max: 9 }))
    .map(([op, bound]) => ({ [op]: [{ var: 'age' }, bound] }) as Json),
);
const plainName = fc.constantFrom<Json>('on', 'off', 'none', null);
const plainFractional = fc
  .tuple(
    fc.constantFrom<Json[]>([], [{ var: 'email' }], [{ cat: [{ var: '$flagd.flagKey' }, { var: 'email' }] }]),
    fc.array(fc.tuple(plainName, fc.integer({ min: 0, max: 100 })), { minLength: 1, maxLength: 4 }),
  )
  .map(([by, buckets]) => ({ fractional: [...by, ...buckets] }) as Json);
const { plain } = fc.letrec<{ plain: Json }>((tie) => {
  const all = fc.oneof(
    plainCondition,
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.array(plainCondition, { minLength: 1, maxLength: 3 }))
      .map(([op, parts]) => ({ [op]: parts }) as Json),
    plainCondition.map((part) => ({ '!': [part] }) as Json),
  );
  return {
    plain: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      plainName,
      plainFractional,
      fc.tuple(all, tie('plain')).map((parts) => ({ if: parts }) as Json),
      fc.tuple(all, tie('plain'), all, tie('plain'), tie('plain')).map((parts) => ({ if: parts }) as Json),
    ),
  };
});
/** Flags as people write them: chains of `if`, plain conditions, fractions. */
export const plainFlags = plain.map((rules) => ({
  state: 'ENABLED',
  variants: { on: 'ON', off: 'OFF' },
  defaultVariant: 'off',
  targeting: rules,
}));
/** Contexts with the types that those flags expect. */
export const plainContexts = fc.record(
  { targetingKey: userKey, email: fc.oneof(text, userKey), plan: text, age: fc.integer({ min: 0, max: 9 }) },
  { requiredKeys: ['email', 'age'] },
);
