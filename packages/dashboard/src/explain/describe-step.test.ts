import { expect, test } from 'vitest';
import { childrenOf, describeCondition, describeStep } from './describe-step.ts';

test('a leaf tells what was compared with what', () => {
  const leaf = { kind: 'leaf', attribute: 'country', operator: 'in', values: ['de', 'fr'], matched: false } as const;
  expect(describeCondition({ ...leaf, actual: 'us' })).toBe('country is one of "de", "fr"; it is "us"');
  expect(describeCondition({ ...leaf, actual: undefined })).toBe('country is one of "de", "fr"; it is not there');
});

test('a bucket tells where the unit stands and whose range that is', () => {
  const step = {
    kind: 'bucket',
    unit: 'targetingKey',
    unitKey: 'ada',
    salt: 's1',
    seed: 1,
    unitHash: 2,
    positionPpm: 123_400,
    range: { fromPpm: 0, toPpm: 500_000, variation: 'on' },
  } as const;
  expect(describeStep(step)).toEqual({
    text: 'targetingKey "ada" with salt s1 stands at 12.34%, in 0% to 50%, which is on',
    matched: true,
  });
});

test('conditions are told to any depth', () => {
  const leaf = { kind: 'leaf', attribute: 'a', operator: 'exists', values: [], actual: 1, matched: true } as const;
  expect(childrenOf({ kind: 'not', matched: false, child: leaf })).toEqual([leaf]);
  expect(childrenOf({ kind: 'any', matched: true, children: [leaf, leaf] })).toHaveLength(2);
  expect(childrenOf(leaf)).toEqual([]);
});
