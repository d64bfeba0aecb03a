import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type LabelCounts, logEvidenceOfRatios, logSafety, RATIOS_UP } from './label-betting.ts';
import { type InformationBoundInput, informationBound } from './planning/information-bound.ts';
import { ODDS_GRID } from './sample-ratio.ts';

interface Vectors<Case> {
  readonly tolerance: number;
  readonly cases: readonly (Case & { readonly id: string })[];
}

interface BetCase {
  readonly strata: readonly LabelCounts[];
  readonly logE: number;
}

function read<Case>(file: string): Vectors<Case> {
  const path = new URL(`../../../../conformance/statistics/${file}`, import.meta.url);
  // The files lie in this repository, in the shape that their README gives.
  return JSON.parse(readFileSync(path, 'utf8')) as Vectors<Case>;
}

function expectWithin(tolerance: number, actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
}

describe('evidence of harm', () => {
  const { cases, tolerance } = read<BetCase & { ratios: readonly number[]; logEPerRatio: readonly number[] }>(
    'label-betting.json',
  );
  test.each(cases)('$id', ({ strata, ratios, logE, logEPerRatio }) => {
    expect(RATIOS_UP).toEqual(ratios);
    expectWithin(tolerance, logEvidenceOfRatios(strata, ratios), logE);
    for (const [index, ratio] of ratios.entries()) {
      expectWithin(tolerance, logEvidenceOfRatios(strata, [ratio]), logEPerRatio[index] ?? Number.NaN);
    }
  });
});

describe('evidence of safety', () => {
  const { cases, tolerance } = read<BetCase & { margin: number }>('safety.json');
  test.each(cases)('$id', ({ strata, margin, logE }) => {
    expectWithin(tolerance, logSafety(strata, margin), logE);
  });
});

describe('evidence of a sample ratio mismatch', () => {
  const { cases, tolerance } = read<BetCase & { odds: readonly number[] }>('sample-ratio.json');
  test.each(cases)('$id', ({ strata, odds, logE }) => {
    for (const [index, multiplier] of odds.entries())
      expectWithin(tolerance, ODDS_GRID[index] ?? Number.NaN, multiplier);
    expectWithin(tolerance, logEvidenceOfRatios(strata, ODDS_GRID), logE);
  });
});

describe('the information bound', () => {
  const { cases, tolerance } = read<InformationBoundInput & { units: number }>('information-bound.json');
  test.each(cases)('$id', ({ units, ...input }) => {
    expectWithin(tolerance, informationBound(input), units);
  });

  test('is infinite for a flag that does no harm', () => {
    expect(informationBound({ controlRate: 0.1, treatmentRate: 0.1, treatmentShare: 0.5, alpha: 0.05 })).toBe(Infinity);
    expect(informationBound({ controlRate: 0, treatmentRate: 0, treatmentShare: 0.5, alpha: 0.05 })).toBe(Infinity);
  });
});
