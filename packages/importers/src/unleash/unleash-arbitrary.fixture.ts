import fc from 'fast-check';

const nasty = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'a',
      'b',
      'c',
      'é',
      'a ',
      ' a',
      'A',
      '',
      '0',
      '1',
      '5',
      '7.5',
      '10',
      '1e1',
      '-3',
      'v1.2.3',
      '1.2.3',
      '1.2.3-rc.1',
      ' 1.2.4',
      '1.2.4+b',
      '01.2.3',
      '10.0.0.1',
      '10.1.2.3',
      '10.0.0.0/8',
      '192.168.1.7',
      '::1',
      '2001:db8::1',
      '::ffff:10.0.0.1',
      'fe80::1%eth0',
      '2001:db8::/32',
      '010.0.0.1',
      '2024-01-01T00:00:00Z',
      '2026-06-01',
      '日本',
      '😀',
      'null',
      'true',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 5, 7.5, 10, -3, 1e21, 123456789012345680000, true, false, null) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>([], ['a'], ['a', 'b'], {}, { a: 'b' }, [[]], undefined) },
  { weight: 1, arbitrary: fc.string() },
);
const fieldName = fc.constantFrom(
  'userId',
  'sessionId',
  'remoteAddress',
  'environment',
  'appName',
  'country',
  'plan',
  'a.b',
  'région',
  '',
);
const userId = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 300 }).map((n) => `user-${n}`) }, nasty);

/** Contexts of Unleash, with every value that JSON can have where a text should be. */
export const unleashContexts = fc.record(
  {
    userId,
    sessionId: fc.oneof(
      fc.integer({ min: 0, max: 99 }).map((n) => `session-${n}`),
      nasty,
    ),
    remoteAddress: nasty,
    environment: nasty,
    appName: nasty,
    country: nasty,
    'a.b': nasty,
    a: fc.constantFrom<unknown>({ b: 'a' }, 'a'),
    currentTime: fc.oneof(
      nasty,
      fc.constantFrom<unknown>(new Date('2026-01-01T00:00:00Z'), 1_767_225_600_000, new Date(Number.NaN)),
    ),
    properties: fc.oneof(
      fc.dictionary(fieldName, nasty),
      fc.record(
        { plan: nasty, country: nasty, 'a.b': nasty, région: nasty, userId: nasty, a: fc.constant({ b: 'b' }) },
        { requiredKeys: [] },
      ),
      fc.constantFrom<unknown>(null, [], ['x'], 'text', 5),
    ),
  },
  { requiredKeys: [] },
);

const text = fc.oneof(
  nasty.filter((value) => typeof value === 'string'),
  userId.filter((value) => typeof value === 'string'),
) as fc.Arbitrary<string>;
const flags = { inverted: fc.boolean(), caseInsensitive: fc.boolean() };
const plainConstraint = fc.oneof(
  fc.record({
    contextName: fieldName,
    operator: fc.constantFrom('IN', 'NOT_IN', 'STR_STARTS_WITH', 'STR_ENDS_WITH', 'STR_CONTAINS'),
    values: fc.array(text, { maxLength: 4 }),
    ...flags,
  }),
  fc.record({
    contextName: fieldName,
    operator: fc.constantFrom('NUM_EQ', 'NUM_GT', 'NUM_GTE', 'NUM_LT', 'NUM_LTE'),
    value: fc.oneof(text, fc.constantFrom(1, 5, null)),
    ...flags,
  }),
);
const constraint = fc.oneof(
  { weight: 2, arbitrary: plainConstraint },
  fc.record({
    contextName: fieldName,
    operator: fc.constant('IN_CIDR'),
    values: fc.array(text, { maxLength: 4 }),
    ...flags,
  }),
  fc.record({
    contextName: fieldName,
    operator: fc.constantFrom('SEMVER_EQ', 'SEMVER_GT', 'SEMVER_LT', 'SEMVER_GTE', 'SEMVER_LTE', 'REGEX'),
    value: fc.oneof(text, fc.constantFrom('^user-1', '[a-c]$', '(', 'A')),
    ...flags,
  }),
  fc.record({
    contextName: fc.oneof(fieldName, fc.constant('currentTime')),
    operator: fc.constantFrom('DATE_AFTER', 'DATE_BEFORE'),
    value: fc.oneof(text, fc.constantFrom('2026-01-01T00:00:00.000Z', '2025-01-01')),
    ...flags,
  }),
);
const percentage = fc.constantFrom<unknown>(
  '0',
  '1',
  '30',
  '50',
  '50.5',
  '99',
  '100',
  '101',
  50,
  33.3,
  '',
  'x',
  null,
  undefined,
);
const groupId = fc.constantFrom<unknown>('g', 'checkout', '', undefined, 'grüppe', 7);
const stickiness = fc.constantFrom<unknown>(
  'default',
  'userId',
  'sessionId',
  'remoteAddress',
  'country',
  'a.b',
  '',
  undefined,
  'région',
);
const weight = fc.constantFrom(0, 1, 10, 250, 333, 500, 1000, -5);
const variant = fc.record(
  {
    name: fc.constantFrom('red', 'blue', 'disabled', 'grün', 'red'),
    weight,
    stickiness,
    payload: fc.constantFrom<unknown>({ type: 'string', value: 'x' }, { type: 'json', value: '{}' }, undefined),
    overrides: fc.array(fc.record({ contextName: fieldName, values: fc.array(text, { maxLength: 3 }) }), {
      maxLength: 1,
    }),
  },
  { requiredKeys: ['name', 'weight'] },
);
const variants = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(variant, { maxLength: 4 }));
const parameters = (more: Record<string, fc.Arbitrary<unknown>>) => fc.record({ groupId, stickiness, ...more });
const plainStrategy = fc.oneof(
  fc.record({ name: fc.constant('default'), parameters: parameters({}) }),
  fc.record({
    name: fc.constant('userWithId'),
    parameters: parameters({ userIds: fc.oneof(listed(' , '), fc.constantFrom('', undefined)) }),
  }),
  fc.record({
    name: fc.constantFrom('gradualRolloutUserId', 'gradualRolloutSessionId'),
    parameters: parameters({ percentage }),
  }),
  {
    weight: 2,
    arbitrary: fc.record({ name: fc.constant('flexibleRollout'), parameters: parameters({ rollout: percentage }) }),
  },
);
const ownStrategy = fc.oneof(
  { weight: 3, arbitrary: plainStrategy },
  fc.record({ name: fc.constant('gradualRolloutRandom'), parameters: parameters({ percentage }) }),
  fc.record({
    name: fc.constant('remoteAddress'),
    parameters: parameters({ IPs: fc.oneof(listed(','), fc.constantFrom('', undefined)) }),
  }),
  fc.record({
    name: fc.constantFrom('applicationHostname', 'homeGrown'),
    parameters: parameters({ hostNames: fc.constantFrom('', 'h') }),
  }),
);
const featureName = fc.constantFrom('checkout', 'search', 'grün é', 'checkout.variant', 'parent', 'other');
const dependency = fc.record(
  {
    feature: fc.oneof(featureName, fc.constant('nowhere')),
    enabled: fc.boolean(),
    variants: fc.array(fc.constantFrom('red', 'blue', 'disabled', 'none'), { maxLength: 2 }),
  },
  { requiredKeys: ['feature'] },
);

/** What the client API serves, with everything that the SDK knows. */
export const unleashFiles = filesOf(ownStrategy, constraint);
/** The same with the strategies and constraints that most files have. */
export const plainUnleashFiles = filesOf(plainStrategy, plainConstraint);

function listed(separator: string) {
  return fc.array(text, { maxLength: 5 }).map((texts) => texts.join(separator));
}

function filesOf(own: fc.Arbitrary<object>, constraintOf: fc.Arbitrary<object>) {
  const constraints = fc.array(constraintOf, { maxLength: 2 });
  const segments = fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.array(fc.constantFrom(1, 2, 9), { maxLength: 2 }),
  );
  const strategy = fc
    .tuple(
      own,
      fc.record({ constraints, segments, variants, disabled: fc.boolean() }, { requiredKeys: ['constraints'] }),
    )
    .map(([left, right]) => ({ ...left, ...right }));
  const feature = fc.record(
    {
      enabled: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
      strategies: fc.array(strategy, { maxLength: 3 }),
      variants,
      dependencies: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(dependency, { maxLength: 2 })),
    },
    { requiredKeys: ['enabled', 'strategies'] },
  );
  return fc
    .tuple(fc.dictionary(featureName, feature, { minKeys: 1, maxKeys: 4 }), constraints, constraints)
    .map(([features, one, two]) => ({
      version: 2,
      features: Object.entries(features).map(([name, rest]) => ({ name, ...rest })),
      segments: [
        { id: 1, name: 'one', constraints: one },
        { id: 2, constraints: two },
      ],
    }));
}
