import { expect, test } from 'vitest';
import { type ArmName, joinArms } from './join-arms.ts';
import type { ArmReading } from './read-arm.ts';

const window = { startAtMs: 1_000, endAtMs: 2_000 };
const arm = (atMs: number | undefined, ...warnings: readonly string[]): ArmReading => {
  return { kind: 'arm', arm: { kind: 'scalar', value: 1 }, atMs, warnings };
};
const join = (treatment: ArmReading, control: ArmReading) =>
  joinArms(
    new Map<ArmName, ArmReading>([
      ['treatment', treatment],
      ['control', control],
    ]),
    window,
  );

test('the data reaches as far as that of the shorter arm, and never beyond the window', () => {
  expect(join(arm(1_500), arm(undefined))).toMatchObject({ kind: 'arms', watermarkAtMs: 1_500 });
  expect(join(arm(9_000), arm(undefined))).toMatchObject({ kind: 'arms', watermarkAtMs: 2_000 });
});

test('data that ends before the window begins says nothing yet', () => {
  expect(join(arm(999), arm(2_000))).toEqual({ kind: 'no_data', reason: 'not_yet', watermarkAtMs: 999 });
});

test('an error is worse than no data, and no data worse than a number', () => {
  const error = { kind: 'error', class: 'malformed', message: '' } as const;
  const none = { kind: 'no_data', reason: 'zero_denominator' } as const;
  expect(join(none, error)).toBe(error);
  expect(join(arm(2_000), none)).toMatchObject({ kind: 'no_data', reason: 'zero_denominator' });
});

test('a warning that both arms have is told once', () => {
  expect(join(arm(2_000, 'a'), arm(2_000, 'a', 'b'))).toMatchObject({ warnings: ['a', 'b'] });
});
