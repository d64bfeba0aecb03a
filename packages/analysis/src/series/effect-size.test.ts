import { expect, test } from 'vitest';
import { cohenD, meanRatio, superiority } from './effect-size.ts';

test('an effect is null where it has no meaning, and not a number that looks like one', () => {
  expect(meanRatio({ treatment: [1, 2], control: [0, 0] })).toBeNull();
  expect(meanRatio({ treatment: [], control: [1] })).toBeNull();
  expect(cohenD({ treatment: [1, 1], control: [2, 2] })).toBeNull();
  expect(superiority({ treatment: [], control: [1] })).toBeNull();
});

test('two series that do not meet are as far apart as they can be', () => {
  expect(superiority({ treatment: [5, 6], control: [1, 2] })).toBe(1);
});
