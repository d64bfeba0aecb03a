import type { ConditionTrace, Evaluation, ExplanationStep } from '@tidegate/evaluation';
import type { ExplanationView } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import { formatExplanation } from './explanation.ts';
import { PLAIN } from './paint.ts';

const ON: Evaluation = { value: true, variation: 'on', reason: 'TARGETING_MATCH', ruleId: 'r', revision: 2 };

function linesOf(explanation: Partial<ExplanationView>): string[] {
  const whole = { flagKey: 'a', evaluation: ON, steps: [], revision: 2, changes: [], ...explanation };
  return formatExplanation(whole, PLAIN);
}

const stepLines = (...steps: ExplanationStep[]) => linesOf({ steps }).slice(1);
const traceLines = (condition: ConditionTrace) =>
  stepLines({ kind: 'rule', ruleId: 'r', matched: condition.matched, condition }).slice(1);

const POSITION = { unit: 'targetingKey', unitKey: 'u1', salt: 's', seed: 7, unitHash: 9, positionPpm: 12_345 };
const HASHED = 'xxh32("u1", 0) = 9, hashed again with seed 7 = xxh32("s", 0)';
const NOBODY = { ...POSITION, unitKey: undefined, unitHash: undefined, positionPpm: undefined };
const VENDOR = { algorithm: 'growthbook', units: ['id', 'email'], unit: 'id', input: 'u1exp', position: 0.25 };
const MEMBER = { kind: 'segment', segment: 'staff', matched: true, why: 'included' } as const;

test('a split tells the unit, its position, the range and what was hashed', () => {
  const plan = { kind: 'leaf', attribute: 'org.plan', operator: 'equals', values: ['pro'], actual: 'free' } as const;
  const lines = linesOf({
    flagKey: 'new-checkout',
    evaluation: {
      ...{ value: true, variation: 'on', reason: 'SPLIT', ruleId: 'fallthrough', revision: 12 },
      exposure: { rolloutId: 'r1', epoch: 1, stageIndex: 1, arm: 'treatment', unit: 'targetingKey' },
    },
    steps: [
      { kind: 'enabled', flagKey: 'new-checkout', enabled: true },
      { kind: 'target', variation: 'on', unit: 'targetingKey', unitKey: 'u1', matched: false },
      {
        ...{ kind: 'rule', ruleId: 'beta', matched: false },
        condition: { kind: 'all', matched: false, children: [{ ...plan, matched: false }, MEMBER] },
      },
      { kind: 'fallthrough' },
      { kind: 'bucket', ...POSITION, range: { fromPpm: 0, toPpm: 50_000, variation: 'on' } },
    ],
  });
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
    `    ${HASHED}`,
  ]);
});

test('a cap tells whom it holds for and the shares of it', () => {
  const condition = { ...MEMBER, segment: 'germany' };
  const ranges = [
    { fromPpm: 0, toPpm: 50_000, variation: 'on' },
    { fromPpm: 50_000, toPpm: 1_000_000, variation: 'off' },
  ];
  expect(stepLines({ kind: 'cap', ruleId: 'all', capped: true, condition, ranges })).toEqual([
    '  ✓ capped in all at 5% on, 95% off',
    '      ✓ segment germany (included)',
  ]);
  expect(stepLines({ kind: 'cap', capped: false, condition, ranges })[0]).toBe(
    '  ✗ not capped in the fallthrough at 5% on, 95% off',
  );
});

test('who made each document what it was is told with when and why', () => {
  const change = { kind: 'flag', key: 'a', revision: 12, atMs: Date.parse('2026-03-01T14:03:05Z') } as const;
  const lines = linesOf({
    changes: [
      {
        ...{ ...change, action: 'rollout-kill', reason: 'run-errors\nfailed', archived: false },
        actor: { kind: 'controller', id: 'node-1', name: 'rollout controller' },
      },
      {
        ...{ ...change, kind: 'segment', key: 'staff', revision: 3, action: 'created', reason: '', archived: false },
        actor: { kind: 'key', id: 'k', name: 'Ann' },
      },
    ],
  });
  expect(lines.slice(1)).toEqual([
    'WHAT           REVISION  MADE                  BY                  DID           WHY',
    'flag a               12  2026-03-01 14:03:05Z  rollout controller  rollout-kill  run-errors failed',
    'segment staff         3  2026-03-01 14:03:05Z  Ann                 created',
  ]);
});

test('flags that were asked are explained inside the flag that asks', () => {
  const asked = {
    ...{ flagKey: 'b', wanted: ['on'], served: 'off' },
    explanation: {
      flagKey: 'b',
      evaluation: { value: false, variation: 'off', reason: 'DISABLED', revision: 1 },
      steps: [{ kind: 'enabled', flagKey: 'b', enabled: false }],
    },
  } as const;
  expect(stepLines({ kind: 'prerequisite', met: false, ...asked }, { kind: 'serve', variation: 'off' })).toEqual([
    '  ✗ prerequisite b serves off, wanted on',
    '      ✗ b is disabled',
    '  → off',
  ]);
  expect(traceLines({ kind: 'not', matched: true, child: { kind: 'flag', matched: false, ...asked } })).toEqual([
    '      ✓ not',
    '        ✗ flag b serves off, wanted on',
    '          ✗ b is disabled',
  ]);
});

test('a holdout and a layer tell why a unit is let on, or not', () => {
  expect(stepLines({ kind: 'holdout', held: true, segment: MEMBER })).toEqual([
    '  ✗ held out',
    '      ✓ segment staff (included)',
  ]);
  const slice = { layer: 'checkout', fromPpm: 0, toPpm: 500_000, matched: true };
  expect(stepLines({ kind: 'layer', ...slice, ...POSITION })).toEqual([
    '  ✓ in slice [0%, 50%) of layer checkout: targetingKey "u1" stands at 1.2345%',
    `    ${HASHED}`,
  ]);
});

test('buckets of our own and of other vendors tell what was hashed', () => {
  expect(traceLines({ kind: 'bucket', ...POSITION, fromPpm: 0, toPpm: 10_000, matched: false })).toEqual([
    '      ✗ in [0%, 1%): targetingKey "u1" stands at 1.2345%',
    `        ${HASHED}`,
  ]);
  expect(traceLines({ kind: 'vendorBucket', ...VENDOR, from: 0, to: 0.5, matched: true })).toEqual([
    '      ✓ in [0, 0.5): id stands at 0.25 as growthbook counts',
    '        growthbook hashed "u1exp"',
  ]);
  expect(stepLines({ kind: 'vendorBucket', ...VENDOR, range: { from: 0, to: 0.5, variation: 'on' } })).toEqual([
    '  → id stands at 0.25 as growthbook counts, in [0, 0.5): on',
    '    growthbook hashed "u1exp"',
  ]);
});

test('without a unit there is no position, in anybody’s buckets', () => {
  const nobody = { ...VENDOR, unit: undefined, input: undefined, position: undefined };
  expect(
    stepLines({ kind: 'bucket', ...NOBODY, range: undefined }, { kind: 'vendorBucket', ...nobody, range: undefined }),
  ).toEqual([
    '  · targetingKey (missing) has no position, in no range',
    '  · id, email (missing) has no position, in no range',
  ]);
});

test('the time is told as people read it', () => {
  const noon = Date.parse('2026-03-01T12:00:00Z');
  const leaf = { kind: 'leaf', attribute: '$now', operator: 'before', values: ['2026-03-02T00:00:00Z'] } as const;
  expect(traceLines({ ...leaf, actual: noon, matched: true })).toEqual([
    '      ✓ $now before "2026-03-02T00:00:00Z"; it is 2026-03-01 12:00:00Z',
  ]);
});

test('the caller’s own default is told, whether by the flag’s wish or by an error', () => {
  const none = { value: undefined, variation: undefined, revision: 3 };
  expect(linesOf({ evaluation: { ...none, reason: 'DISABLED' } })).toEqual([
    "a gives the caller's own default  DISABLED, revision 3",
  ]);
  const missing = { ...none, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' } as const;
  expect(linesOf({ evaluation: missing })).toEqual(["a gives the caller's own default  FLAG_NOT_FOUND"]);
});

test('a step that only a newer server knows is named', () => {
  // What a newer server tells is of no type that is known here.
  const unknown = { kind: 'sticky' } as unknown as ExplanationStep;
  expect(stepLines(unknown)).toEqual(['  · sticky (a newer tidegate can tell more)']);
});
