import { expect, test } from 'vitest';
import { benjaminiHochberg, bonferroni, holm } from './adjust-p-values.ts';

test('the order given is kept', () => {
  const pValues = [0.04, 0.001, 0.2, 0.5];
  for (const adjust of [bonferroni, holm, benjaminiHochberg]) expect(adjust(pValues)[1]).toBeCloseTo(0.004, 14);
});

test('Holm is never above Bonferroni, and Benjamini-Hochberg never above Holm', () => {
  const pValues = [0.03, 0.001, 0.2, 0.03, 0.9];
  const strict = bonferroni(pValues);
  const stepDown = holm(pValues);
  benjaminiHochberg(pValues).forEach((p, index) => {
    expect(p).toBeLessThanOrEqual(stepDown[index] ?? Number.NaN);
    expect(stepDown[index]).toBeLessThanOrEqual(strict[index] ?? Number.NaN);
  });
});

test('one metric needs no adjustment, and none has none', () => {
  for (const adjust of [bonferroni, holm, benjaminiHochberg]) {
    expect(adjust([0.03])).toEqual([0.03]);
    expect(adjust([])).toEqual([]);
  }
});
