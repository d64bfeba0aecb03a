import { EventEmitter } from 'node:events';
import { compile, evaluate } from '@tidegate/evaluation';
import { documentsOf } from '@tidegate/flag-file';
import fc from 'fast-check';
import { Unleash } from 'unleash-client';
import { expect, test, vi } from 'vitest';
import { importUnleash } from './import-unleash.ts';
import { unleashContext } from './unleash-context.ts';

/** The SDK over a file, without its network; it throws dice where we must not compare. */
function sdkOf(file: { readonly features: readonly object[]; readonly segments: readonly object[] }) {
  const features: Record<string, unknown> = {};
  for (const feature of file.features as readonly { name: string }[]) features[feature.name] = feature;
  const segments = new Map((file.segments as readonly { id: unknown }[]).map((segment) => [segment.id, segment]));
  const repository = Object.assign(new EventEmitter(), {
    getToggle: (name: string) => features[name],
    getSegment: (id: unknown) => segments.get(id),
    start: async () => {},
    stop: () => {},
  });
  const sdk = new Unleash({
    appName: 'shop',
    environment: 'production',
    url: 'http://127.0.0.1/',
    disableMetrics: true,
    disableAutoStart: true,
    skipInstanceCountWarning: true,
    // Only these of a repository are used.
    repository: repository as never,
  });
  repository.emit('ready');
  return sdk;
}

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
  'currentTime',
  'région',
  '',
);
const userId = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 300 }).map((n) => `user-${n}`) }, nasty);

const context = fc.record(
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

const listOperator = fc.constantFrom('IN', 'NOT_IN', 'STR_STARTS_WITH', 'STR_ENDS_WITH', 'STR_CONTAINS', 'IN_CIDR');
const numberOperator = fc.constantFrom('NUM_EQ', 'NUM_GT', 'NUM_GTE', 'NUM_LT', 'NUM_LTE');
const textOperator = fc.constantFrom('SEMVER_EQ', 'SEMVER_GT', 'SEMVER_LT', 'SEMVER_GTE', 'SEMVER_LTE', 'REGEX');
const dateOperator = fc.constantFrom('DATE_AFTER', 'DATE_BEFORE');
const text = fc.oneof(
  nasty.filter((value) => typeof value === 'string'),
  userId.filter((value) => typeof value === 'string'),
) as fc.Arbitrary<string>;
const flags = { inverted: fc.boolean(), caseInsensitive: fc.boolean() };
const constraint = fc.oneof(
  fc.record({ contextName: fieldName, operator: listOperator, values: fc.array(text, { maxLength: 4 }), ...flags }),
  fc.record({
    contextName: fieldName,
    operator: numberOperator,
    value: fc.oneof(text, fc.constantFrom(1, 5, null)),
    ...flags,
  }),
  fc.record({
    contextName: fieldName,
    operator: textOperator,
    value: fc.oneof(text, fc.constantFrom('^user-1', '[a-c]$', '(', 'A')),
    ...flags,
  }),
  fc.record({
    contextName: fieldName,
    operator: dateOperator,
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
const own = fc.oneof(
  fc.record({ name: fc.constant('default'), parameters: parameters({}) }),
  fc.record({
    name: fc.constant('userWithId'),
    parameters: parameters({
      userIds: fc.oneof(
        fc.array(text, { maxLength: 5 }).map((ids) => ids.join(' , ')),
        fc.constantFrom('', undefined),
      ),
    }),
  }),
  fc.record({
    name: fc.constantFrom('gradualRolloutUserId', 'gradualRolloutSessionId', 'gradualRolloutRandom'),
    parameters: parameters({ percentage }),
  }),
  fc.record({ name: fc.constant('flexibleRollout'), parameters: parameters({ rollout: percentage }) }),
  fc.record({
    name: fc.constant('remoteAddress'),
    parameters: parameters({
      IPs: fc.oneof(
        fc.array(text, { maxLength: 5 }).map((ips) => ips.join(',')),
        fc.constantFrom('', undefined),
      ),
    }),
  }),
  fc.record({
    name: fc.constantFrom('applicationHostname', 'homeGrown'),
    parameters: parameters({ hostNames: fc.constantFrom('', 'h') }),
  }),
);
const strategy = fc
  .tuple(
    own,
    fc.record(
      {
        constraints: fc.array(constraint, { maxLength: 2 }),
        segments: fc.oneof(
          { weight: 3, arbitrary: fc.constant([]) },
          fc.array(fc.constantFrom(1, 2, 9), { maxLength: 2 }),
        ),
        variants,
      },
      { requiredKeys: ['constraints'] },
    ),
  )
  .map(([left, right]) => ({ ...left, ...right }));
const featureName = fc.constantFrom('checkout', 'search', 'grün é', 'checkout.variant', 'parent', 'other');
const dependency = fc.record(
  {
    feature: fc.oneof(featureName, fc.constant('nowhere')),
    enabled: fc.boolean(),
    variants: fc.array(fc.constantFrom('red', 'blue', 'disabled', 'none'), { maxLength: 2 }),
  },
  { requiredKeys: ['feature'] },
);
const feature = fc.record(
  {
    enabled: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
    strategies: fc.array(strategy, { maxLength: 3 }),
    variants,
    dependencies: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(dependency, { maxLength: 2 })),
  },
  { requiredKeys: ['enabled', 'strategies'] },
);
const file = fc
  .tuple(
    fc.dictionary(featureName, feature, { minKeys: 1, maxKeys: 4 }),
    fc.array(constraint, { maxLength: 2 }),
    fc.array(constraint, { maxLength: 2 }),
  )
  .map(([features, one, two]) => ({
    version: 2,
    features: Object.entries(features).map(([name, rest]) => ({ name, ...rest })),
    segments: [
      { id: 1, name: 'one', constraints: one },
      { id: 2, constraints: two },
    ],
  }));

const NOW_MS = 1_767_225_600_000 + 86_400_000;

test('every feature and variant is what Unleash answers, for every context', { timeout: 60_000 }, () => {
  vi.useFakeTimers({ now: NOW_MS, toFake: ['Date'] });
  const counts = { exact: 0, diced: 0, refused: 0, on: 0, variants: 0 };
  let isDiced = false;
  const dice = vi.spyOn(Math, 'random').mockImplementation(() => {
    isDiced = true;
    return 0.5;
  });
  try {
    fc.assert(
      fc.property(file, fc.array(context, { minLength: 8, maxLength: 8 }), (unclean, contexts) => {
        const json = JSON.parse(JSON.stringify(unclean));
        const sdk = sdkOf(json);
        const { file: imported, report } = importUnleash(json);
        const rules = compile(documentsOf(imported), { nowMs: () => NOW_MS });
        for (const { name } of json.features as { name: string }[]) {
          for (const given of contexts) {
            const whole = { appName: 'shop', environment: 'production', ...given };
            const ours = unleashContext(whole);
            for (const key of [name, `${name}.variant`]) {
              const status = report.flags[key]?.status;
              if (status === undefined || (key !== name && json.features.some((f: { name: string }) => f.name === key)))
                continue;
              if (status === 'refused') {
                counts.refused++;
                continue;
              }
              isDiced = false;
              const evaluation = evaluate(rules, key, ours);
              expect(evaluation.errorCode, JSON.stringify([evaluation, imported])).toBeUndefined();
              if (key === name) {
                const theirs = sdk.isEnabled(name, given as never);
                if (isDiced) counts.diced++;
                else {
                  counts.exact++;
                  if (theirs) counts.on++;
                  expect(evaluation.value, JSON.stringify({ json, given })).toBe(theirs);
                }
              } else {
                const theirs = sdk.getVariant(name, given as never);
                const { name: variantName, payload, enabled } = theirs;
                if (isDiced) counts.diced++;
                else {
                  counts.exact++;
                  if (enabled) counts.variants++;
                  expect(evaluation.value, JSON.stringify({ json, given })).toEqual({
                    name: variantName,
                    ...(payload !== undefined && { payload }),
                    enabled,
                  });
                }
              }
            }
          }
        }
        return true;
      }),
      { seed: Number(process.env['SEED'] ?? 20_261_122), numRuns: Number(process.env['RUNS'] ?? 300) },
    );
  } finally {
    dice.mockRestore();
    vi.useRealTimers();
  }
  expect(Math.min(counts.exact, counts.on, counts.variants)).toBeGreaterThan(200);
});
