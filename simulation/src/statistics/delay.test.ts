import { expect, test } from 'vitest';
import { delayAims, seedsFrom } from './measure.ts';
import { reportRamps } from './ramp-policy.ts';
import { runStudy } from './run-study.ts';
import { errorCells, rampedHarm } from './situations.ts';

/** Few runs, so each aim has three standard errors of slack; `pnpm simulate:statistics` measures them closely. */
const RUNS = 60;
const SLACK = 3;

test('harm in error rates is found in 1.6 times the units that any rule needs, averaged over thirty cells', () => {
  const ratios = errorCells().map((study) => runStudy(study, seedsFrom(1, RUNS)).ratio);
  const mean = ratios.reduce((sum, ratio) => sum + (ratio?.mean ?? Number.NaN), 0) / ratios.length;
  expect(mean).toBeLessThanOrEqual(1.65);
  for (const ratio of ratios)
    expect((ratio?.mean ?? Number.NaN) - SLACK * (ratio?.error ?? 0)).toBeLessThanOrEqual(2.2);
});

test.each(delayAims())('harm is found within its aim: $name', ({ aim, study }) => {
  const { ratio } = runStudy(study, seedsFrom(1, RUNS));
  expect((ratio?.mean ?? Number.NaN) - SLACK * (ratio?.error ?? 0)).toBeLessThanOrEqual(aim);
});

test('on a ramp, tenfold errors are stopped after 45 treated units and doubled ones after 1,400', () => {
  expect(runStudy(rampedHarm(10), seedsFrom(1, 4 * RUNS)).meanTreated).toBeLessThanOrEqual(45);
  expect(runStudy(rampedHarm(2), seedsFrom(1, RUNS)).meanTreated).toBeLessThanOrEqual(1_400);
});

test('a ramp that waits for proof brings a healthy flag to everyone within 50 minutes, and hardly a doubled failure', () => {
  const healthy = reportRamps(1, seedsFrom(1, RUNS));
  expect(healthy.full).toBeGreaterThan(0.85 * RUNS);
  expect(healthy.medianMinutesToFull).toBeLessThanOrEqual(50);
  expect(reportRamps(2, seedsFrom(1, RUNS)).killed).toBeGreaterThanOrEqual(0.95 * RUNS);
});
