import { expect, test } from 'vitest';
import { type ForecastInput, forecastRollout } from './rollout-forecast.ts';

const input: ForecastInput = {
  unitsPerMinute: 1_200,
  alpha: 0.05,
  stages: [
    { treatmentShare: 0.01, minMinutes: 5, maxMinutes: 30 },
    { treatmentShare: 0.05, minMinutes: 2 },
    { treatmentShare: 1, minMinutes: 60 },
  ],
  guards: [{ metric: 'errors', harm: 'up', weight: 1, baseline: { kind: 'rate', rate: 0.01 }, margins: [10, 3, null] }],
};

test('a stage says what it can see, and how long it takes', () => {
  const [first, second, last] = forecastRollout(input);
  expect(first?.sentences).toEqual([
    'Stage 1 (1 %) can see errors × 2 within 104 minutes, errors × 10 within 3 minutes; while it lasts, × 7.18 at the mildest.',
    'Stage 1 (1 %) lasts about 5 minutes when there is no harm.',
  ]);
  expect(second?.minutes).toBeGreaterThan(4);
  expect(last?.sentences).toEqual(['Stage 3 (100 %) has no control to compare with.']);
});

test('a stage waits for the slowest guard, up to its longest stay', () => {
  const rare = { metric: 'crashes', harm: 'up', weight: 1, baseline: { kind: 'rate', rate: 1e-6 } } as const;
  const [first, second] = forecastRollout({ ...input, guards: [...input.guards, { ...rare, margins: [2, null] }] });
  expect(first?.minutes).toBe(30);
  expect(second?.minutes).toBeLessThan(60);
});

test('a proof that never comes is said, not counted in centuries', () => {
  const [first] = forecastRollout({
    ...input,
    stages: [{ treatmentShare: 0.01, minMinutes: 5 }],
    guards: [{ metric: 'errors', harm: 'up', weight: 1, baseline: { kind: 'rate', rate: 0 }, margins: [2] }],
  });
  expect(first?.minutes).toBeNull();
  expect(first?.sentences).toEqual([
    'Stage 1 (1 %) shows no harm to errors.',
    'Stage 1 (1 %) never ends by itself: at this traffic the proof that it waits for does not come.',
  ]);
});

test('one of several guards needs more units than a guard alone', () => {
  const [alone] = forecastRollout(input);
  const [errors] = input.guards;
  if (errors === undefined) throw new Error('The plan above has a guard.');
  const [shared] = forecastRollout({ ...input, guards: [errors, { ...errors, metric: 'crashes', weight: 9 }] });
  const minutesOf = (kills: readonly { minutes: number }[] | undefined) => kills?.[0]?.minutes ?? 0;
  const ratio = minutesOf(shared?.guards[0]?.kills) / minutesOf(alone?.guards[0]?.kills);
  expect(ratio).toBeCloseTo(Math.log(10 / 0.05) / Math.log(1 / 0.05), 6);
});
