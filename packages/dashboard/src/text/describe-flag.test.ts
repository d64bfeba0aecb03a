import { expect, test } from 'vitest';
import { describeServed } from './describe-flag.ts';

const on = { kind: 'variation', variation: 'on' } as const;

test('a disabled flag serves its off variation, whatever its rules say', () => {
  expect(describeServed({ enabled: false, offVariation: 'off', fallthrough: on })).toBe('off');
  expect(describeServed({ enabled: true, offVariation: 'off', fallthrough: on })).toBe('on');
});

test('the ranges of a split are summed per variation', () => {
  const ranges = [
    { fromPpm: 0, toPpm: 200_000, variation: 'on' },
    { fromPpm: 200_000, toPpm: 950_000, variation: 'off' },
    { fromPpm: 950_000, toPpm: 1_000_000, variation: 'on' },
  ];
  expect(describeServed({ enabled: true, offVariation: 'off', fallthrough: { kind: 'split', ranges } })).toBe(
    '25% on, 75% off',
  );
});
