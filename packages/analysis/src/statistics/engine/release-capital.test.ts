import { expect, test } from 'vitest';
import { firstRelease, releaseAt, stepCapitals } from './release-capital.ts';

const at = (tickCount: number, stages: { stageIndex?: number; highestStageIndex?: number } = {}) =>
  releaseAt({ tickCount, stageIndex: 0, highestStageIndex: 0, ...stages }, 5);

test('all that is ever released is at most all there is', () => {
  let released = firstRelease(5);
  for (let stage = 1; stage < 5; stage++) released += at(7, { stageIndex: stage, highestStageIndex: stage - 1 });
  for (let tick = 0; tick < 300_000; tick += 30) released += at(tick);
  expect(released).toBeGreaterThan(0.95);
  expect(released).toBeLessThan(1);
});

test('a rollout of one stage keeps nothing for later ones', () => {
  expect(firstRelease(1)).toBeGreaterThan(firstRelease(2));
  let released = firstRelease(1);
  for (let tick = 0; tick < 300_000; tick += 30) {
    released += releaseAt({ tickCount: tick, stageIndex: 0, highestStageIndex: 0 }, 1);
  }
  expect(released).toBeLessThan(1);
});

test('a stage releases its part once, a skipped one with the next', () => {
  expect(at(7, { stageIndex: 1, highestStageIndex: 1 })).toBe(0);
  expect(at(7, { stageIndex: 0, highestStageIndex: 2 })).toBe(0);
  expect(at(7, { stageIndex: 3, highestStageIndex: 1 })).toBeCloseTo(0.05, 12);
  expect(at(7, { stageIndex: 9, highestStageIndex: 4 })).toBe(0);
});

test('an epoch is five minutes of ticks', () => {
  expect([1, 29, 31, 59].map((tick) => at(tick))).toEqual([0, 0, 0, 0]);
  expect(at(30)).toBeGreaterThan(at(60));
  expect(at(60)).toBeGreaterThan(0);
});

test('capital is added before it is bet', () => {
  const [log = Number.NaN] = stepCapitals([Math.log(0.5)], [Math.log(2)], 0.25);
  expect(Math.exp(log)).toBeCloseTo(1.5, 12);
});
