import { expect, test } from 'vitest';
import { groupSequentialBoundaries } from './group-sequential.ts';
import { normalQuantile } from './special-functions.ts';

test('one look at the end is the plain test', () => {
  for (const spending of ['obrien-fleming', 'pocock'] as const) {
    const { looks } = groupSequentialBoundaries({ spending, alpha: 0.025 }, [1]);
    expect(looks[0]?.boundary).toBeCloseTo(-normalQuantile(0.025), 9);
    expect(looks[0]?.spent).toBeCloseTo(0.025, 12);
  }
});

test('alpha is spent late or evenly, and all of it', () => {
  const shares = [0.25, 0.5, 0.75, 1];
  const late = groupSequentialBoundaries({ spending: 'obrien-fleming', alpha: 0.05 }, shares).looks;
  const even = groupSequentialBoundaries({ spending: 'pocock', alpha: 0.05 }, shares).looks;
  expect(late[0]?.spent).toBeLessThan((even[0]?.spent ?? 0) / 100);
  for (const looks of [late, even]) expect(looks.at(-1)?.spent).toBeCloseTo(0.05, 12);
  expect(late.map(({ boundary }) => boundary)).toEqual(
    late.map(({ boundary }) => boundary).toSorted((one, other) => (other ?? 0) - (one ?? 0)),
  );
});

test('a look at hardly anything has no boundary, and does not take from the later ones', () => {
  const plan = { spending: 'obrien-fleming', alpha: 0.05 } as const;
  const [first, ...later] = groupSequentialBoundaries(plan, [0.01, 0.5, 1]).looks;
  expect(first).toEqual({ boundary: null, spent: 0 });
  const alone = groupSequentialBoundaries(plan, [0.5, 1]).looks;
  for (const [index, { boundary }] of later.entries()) {
    expect(boundary).toBeCloseTo(alone[index]?.boundary ?? Number.NaN, 4);
  }
});

test('looks that do not rise, or are too many, are refused', () => {
  const plan = { spending: 'pocock', alpha: 0.05 } as const;
  for (const shares of [
    [0.5, 0.5],
    [0],
    [0.5, 1.1],
    [Number.NaN],
    Array.from({ length: 51 }, (_, i) => (i + 1) / 51),
  ]) {
    expect(() => groupSequentialBoundaries(plan, shares)).toThrow(RangeError);
  }
});
