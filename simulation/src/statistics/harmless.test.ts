import { expect, test } from 'vitest';
import { seedsFrom } from './measure.ts';
import { mostByChance, runStudy } from './run-study.ts';
import { evenSplitStudies, harmlessStudies } from './situations.ts';
import { ALPHA, ALPHA_SAMPLE_RATIO } from './study.ts';

/** Few, as all situations together must take about a minute; `pnpm simulate:statistics` has as many as one likes. */
const RUNS = 60;

test.each(harmlessStudies())('no more than alpha are killed where nobody is harmed: $name', (study) => {
  const report = runStudy(study, seedsFrom(1, RUNS));
  expect(report.stopped).toBeLessThanOrEqual(mostByChance(RUNS, ALPHA));
});

test.each(evenSplitStudies())('hardly ever is the sample ratio declared wrong that is right: $name', (study) => {
  const report = runStudy(study, seedsFrom(1, RUNS));
  expect(report.stopped).toBeLessThanOrEqual(mostByChance(RUNS, ALPHA_SAMPLE_RATIO));
});

test('the most kills that chance explains grow with the runs and the level', () => {
  expect(mostByChance(600, 0.05)).toBe(48);
  expect(mostByChance(60, 0.05)).toBeGreaterThan(mostByChance(60, 0.001));
});
