import { compile, evaluate, type Rule, type VendorBucketing } from '@tidegate/evaluation';
import { documentsOf, type FlagFile } from '@tidegate/flag-file';
import { expect, test } from 'vitest';
import { nativeFile } from './native-file.ts';

const bucketing: VendorBucketing = {
  algorithm: 'unleash',
  groupId: 'checkout',
  seed: 0,
  bucketCount: 100,
  takes: 'truthy',
};
const variations = ['off', 'on', 'blue'].map((key) => ({ key, value: key }));

function fileWith(rules: readonly Rule[]): FlagFile {
  const fallthrough = { kind: 'variation', variation: 'off' } as const;
  return { flags: { checkout: { kind: 'string', variations, enabled: true, rules, fallthrough } } };
}

function countServed(file: FlagFile, userCount = 20_000): Record<string, number> {
  const rules = compile(documentsOf(nativeFile(file)));
  const counts: Record<string, number> = {};
  for (let index = 0; index < userCount; index++) {
    const { variation = 'none' } = evaluate(rules, 'checkout', { userId: `user-${index}` });
    counts[variation] = (counts[variation] ?? 0) + 1 / userCount;
  }
  return counts;
}

test('an imported split keeps its shares, and what its ranges leave out still falls through', () => {
  const ranges = [
    { from: 0, to: 20, variation: 'on' },
    { from: 20, to: 50, variation: 'blue' },
  ];
  const serve = { kind: 'vendorSplit', bucketing, units: ['userId'], ranges } as const;
  const counts = countServed(fileWith([{ id: 'half', condition: { all: [] }, serve }]));
  expect(counts['on']).toBeCloseTo(0.2, 1);
  expect(counts['blue']).toBeCloseTo(0.3, 1);
  expect(counts['off']).toBeCloseTo(0.5, 1);
});

test('an imported gate keeps its share, by the first unit that is there', () => {
  const bucket = { bucketing, units: ['userId', 'sessionId'], from: 0, to: 25 };
  const serve = { kind: 'variation', variation: 'on' } as const;
  const file = fileWith([{ id: 'gate', condition: { bucket }, serve }]);
  expect(countServed(file)['on']).toBeCloseTo(0.25, 1);
  const rules = compile(documentsOf(nativeFile(file)));
  for (let index = 0; index < 50; index++) {
    const user = evaluate(rules, 'checkout', { userId: `user-${index}`, sessionId: 's' });
    expect(evaluate(rules, 'checkout', { userId: `user-${index}` })).toEqual(user);
    expect(evaluate(rules, 'checkout', { sessionId: `user-${index}` })).toEqual(user);
  }
});

test('a unit that is missing gets what it got', () => {
  const ranges = [{ from: 0, to: 100, variation: 'on' }];
  const serve = { kind: 'vendorSplit', bucketing, units: ['userId'], ranges, onMissingUnit: 'blue' } as const;
  const rules = compile(documentsOf(nativeFile(fileWith([{ id: 'all', condition: { all: [] }, serve }]))));
  expect(evaluate(rules, 'checkout', {}).variation).toBe('blue');
});

test('a fallthrough that is split becomes the last rule', () => {
  const ranges = [{ from: 0, to: 100, variation: 'on' }];
  const fallthrough = { kind: 'vendorSplit', bucketing, units: ['userId'], ranges } as const;
  const file = nativeFile({ flags: { checkout: { kind: 'string', variations, enabled: true, fallthrough } } });
  const rules = compile(documentsOf(file));
  expect(evaluate(rules, 'checkout', { userId: 'ada' }).variation).toBe('on');
  expect(evaluate(rules, 'checkout', {})).toMatchObject({ value: undefined, reason: 'DEFAULT' });
});

test('a flag that was never imported stays as it is', () => {
  const file: FlagFile = {
    flags: { checkout: { enabled: true, fallthrough: { kind: 'variation', variation: 'on' } } },
  };
  expect(nativeFile(file).flags).toEqual(file.flags);
});
