import { expect, test } from 'vitest';
import { reportDetection, seedsFrom } from './report.ts';
import { ALPHA, brokenScenario, capped, doublingScenario, hastyScenario, type Scenario } from './scenario.ts';
import { simulateRollout } from './simulate-rollout.ts';

/** Mean units over the information bound that label betting may need: measured 1.4 to 1.5, worst case known 2.1. */
const RATIO_MAX = 2.2;

test('a doubling of errors is found within 2.2 times the units that any rule needs', () => {
  const rates = { controlRate: 0.01, treatmentRate: 0.02, treatmentShare: 0.1, alpha: ALPHA };
  const rollouts = seedsFrom(1, 200).map((seed) => simulateRollout(seed, doublingScenario));
  const report = reportDetection(rollouts, rates);
  console.log('detection of a doubling', report);
  expect(report.killed).toBe(report.runs);
  expect(report.meanRatio).toBeLessThanOrEqual(RATIO_MAX);
  expect(report.medianRatio).toBeLessThanOrEqual(RATIO_MAX);
});

test('a flag that fails four times as often never gets through its ramp', () => {
  const rollouts = seedsFrom(1, 40).map((seed) => simulateRollout(seed, brokenScenario));
  expect(rollouts.map(({ end }) => end)).toEqual(rollouts.map(() => 'aborting'));
});

test('nor does one whose plan caps a segment', () => {
  const rollouts = seedsFrom(1, 10).map((seed) => simulateRollout(seed, () => capped(brokenScenario())));
  expect(rollouts.map(({ end }) => end)).toEqual(rollouts.map(() => 'aborting'));
});

test('after the last stage harm is seen by whom a cap kept in an earlier one, and by nobody else', () => {
  const endsOf = (scenario: Scenario) =>
    new Set(seedsFrom(1, 3).map((seed) => simulateRollout(seed, () => scenario).end));
  expect(endsOf(hastyScenario())).toEqual(new Set(['succeeded']));
  expect(endsOf(capped(hastyScenario()))).toEqual(new Set(['aborting']));
});
