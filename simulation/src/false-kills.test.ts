import { expect, test } from 'vitest';
import { reportFalseKills, seedsFrom } from './report.ts';
import { ALPHA, healthyScenario } from './scenario.ts';
import { simulateRollout } from './simulate-rollout.ts';

const RUNS = 2_000;

test('of healthy rollouts, looked at every tick, no more than alpha are killed', () => {
  const report = reportFalseKills(
    seedsFrom(1, RUNS).map((seed) => simulateRollout(seed, healthyScenario)),
    ALPHA,
  );
  console.log('false kills', report);
  expect(report.killed).toBeLessThanOrEqual(report.killedMax);
  // The sample ratio is declared wrong at 0.001; by chance hardly more than seven times in two thousand.
  expect(report.sampleRatioFailed).toBeLessThanOrEqual(8);
  // A ramp that never rose would kill nobody either.
  expect(report.succeeded).toBeGreaterThan(RUNS / 4);
  // Nor would data without chance in them: the same data fool a test that is not made for looking twice.
  expect(report.zTestKilled).toBeGreaterThan(3 * report.killedMax);
});

test('the same seed gives the same rollout', () => {
  expect(simulateRollout(7, healthyScenario)).toEqual(simulateRollout(7, healthyScenario));
});
