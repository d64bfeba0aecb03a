import { writtenPlanSchema } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import { planOfFile, planOfOptions } from './rollout-plan.ts';

test('without options a plan leaves to the server what it does by default, from off to on', () => {
  expect(planOfOptions('new-checkout', {})).toEqual({ flagKey: 'new-checkout', treatment: 'on', control: 'off' });
});

test('an option of the stages says all of them', () => {
  expect(planOfOptions('new-checkout', { dwell: 30_000 })).toMatchObject({
    stages: [50_000, 250_000, 500_000, 1_000_000].map((treatmentPpm) => ({
      treatmentPpm,
      dwellMs: 30_000,
      minUnits: 100,
    })),
  });
});

test('every option has its place in the plan', () => {
  const plan = planOfOptions('new-checkout', {
    treatment: 'blue',
    control: 'red',
    rule: 'beta',
    unit: 'org.id',
    stages: [50_000, 1_000_000],
    dwell: 30_000,
    bake: 60_000,
    minUnits: 20,
    guard: [{ metric: 'run-errors', weight: 2 }],
    alpha: 0.01,
  });
  expect(writtenPlanSchema.parse(plan)).toMatchObject({
    treatment: 'blue',
    control: 'red',
    rule: 'beta',
    unit: 'org.id',
    stages: [
      { treatmentPpm: 50_000, dwellMs: 30_000, minUnits: 20 },
      { treatmentPpm: 1_000_000, dwellMs: 30_000, minUnits: 20 },
    ],
    bakeMs: 60_000,
    guards: [{ metric: 'run-errors', weight: 2 }],
    alpha: 0.01,
  });
});

test('a plan from a file may leave the flag out, and must not name another', () => {
  const path = 'plan.json';
  expect(planOfFile('a', { path, text: '{"treatment":"on"}' })).toEqual({ flagKey: 'a', treatment: 'on' });
  expect(planOfFile('a', { path, text: '{"flagKey":"a"}' })).toEqual({ flagKey: 'a' });
  expect(() => planOfFile('a', { path, text: '{"flagKey":"b"}' })).toThrow('plan for the flag b, not a');
  expect(() => planOfFile('a', { path, text: '[]' })).toThrow('JSON object');
  expect(() => planOfFile('a', { path, text: '{' })).toThrow('not JSON');
});
