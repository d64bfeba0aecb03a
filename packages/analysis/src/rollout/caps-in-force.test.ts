import { expect, test } from 'vitest';
import { capsInForce } from './caps-in-force.ts';
import { plan as base } from './decision.fixture.ts';

const whom = (segment: string, percent: number) => ({ condition: { segment }, maxTreatmentPpm: percent * 10_000 });

test('caps below a share are in force, from the smallest up, each at the last stage of its share', () => {
  // The second stage has the share of the first, of more people.
  const stages = [5, 5, 25, 100].map((percent) => ({ treatmentPpm: percent * 10_000, dwellMs: 0, minUnits: 1 }));
  const plan = { ...base, stages, caps: [whom('b', 25), whom('none', 0), whom('a', 5)] };
  const told = (percent: number) =>
    capsInForce(plan, percent * 10_000).map(({ condition, treatmentPpm, stageIndex }) => [
      condition['segment'],
      treatmentPpm / 10_000,
      stageIndex,
    ]);
  expect(told(5)).toEqual([['none', 0, null]]);
  expect(told(25)).toEqual([
    ['none', 0, null],
    ['a', 5, 1],
  ]);
  expect(told(100)).toEqual([
    ['none', 0, null],
    ['a', 5, 1],
    ['b', 25, 2],
  ]);
});
