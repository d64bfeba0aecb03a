import { expect, test } from 'vitest';
import { formatExplanation } from './explanation.ts';
import { PLAIN } from './paint.ts';

test('a split tells the unit, its position, the range and what was hashed', () => {
  const lines = formatExplanation(
    {
      flagKey: 'new-checkout',
      evaluation: {
        value: true,
        variation: 'on',
        reason: 'SPLIT',
        ruleId: 'fallthrough',
        revision: 12,
        exposure: { rolloutId: 'r1', epoch: 1, stageIndex: 1, arm: 'treatment', unit: 'targetingKey' },
      },
      steps: [
        { kind: 'enabled', flagKey: 'new-checkout', enabled: true },
        { kind: 'target', variation: 'on', unit: 'targetingKey', unitKey: 'u1', matched: false },
        {
          kind: 'rule',
          ruleId: 'beta',
          matched: false,
          condition: {
            kind: 'all',
            matched: false,
            children: [
              {
                kind: 'leaf',
                attribute: 'org.plan',
                operator: 'equals',
                values: ['pro'],
                actual: 'free',
                matched: false,
              },
              { kind: 'segment', segment: 'staff', matched: true, why: 'included' },
            ],
          },
        },
        { kind: 'fallthrough' },
        {
          kind: 'bucket',
          unit: 'targetingKey',
          unitKey: 'u1',
          salt: 's',
          seed: 7,
          unitHash: 9,
          positionPpm: 12_345,
          range: { fromPpm: 0, toPpm: 50_000, variation: 'on' },
        },
      ],
    },
    PLAIN,
  );
  expect(lines).toEqual([
    'new-checkout = true  variation on, SPLIT, rule fallthrough, revision 12',
    'measured as treatment of rollout r1, stage 2',
    '  ✓ new-checkout is enabled',
    '  ✗ target on: targetingKey "u1" is not listed',
    '  ✗ rule beta',
    '      ✗ all of',
    '        ✗ org.plan equals "pro"; it is "free"',
    '        ✓ segment staff (included)',
    '  · no rule matched: fallthrough',
    '  → targetingKey "u1" stands at 1.2345%, in [0%, 5%): on',
    '    xxh32("u1", 0) = 9, hashed again with seed 7 = xxh32("s", 0)',
  ]);
});

test('a prerequisite is explained inside the flag that asks for it', () => {
  const lines = formatExplanation(
    {
      flagKey: 'a',
      evaluation: { value: false, variation: 'off', reason: 'DEFAULT', revision: 2 },
      steps: [
        {
          kind: 'prerequisite',
          flagKey: 'b',
          wanted: ['on'],
          served: 'off',
          met: false,
          explanation: {
            flagKey: 'b',
            evaluation: { value: false, variation: 'off', reason: 'DISABLED', revision: 1 },
            steps: [{ kind: 'enabled', flagKey: 'b', enabled: false }],
          },
        },
        { kind: 'serve', variation: 'off' },
      ],
    },
    PLAIN,
  );
  expect(lines.slice(1)).toEqual(['  ✗ prerequisite b serves off, wanted on', '      ✗ b is disabled', '  → off']);
});

test('an error gives the caller its own default, and says why', () => {
  const lines = formatExplanation(
    {
      flagKey: 'a',
      evaluation: { value: undefined, variation: undefined, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND', revision: 0 },
      steps: [],
    },
    PLAIN,
  );
  expect(lines).toEqual(["a gives the caller's own default  FLAG_NOT_FOUND"]);
});
