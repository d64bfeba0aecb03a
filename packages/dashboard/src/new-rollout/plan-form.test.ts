import { expect, test } from 'vitest';
import { FIRST_STAGES, type PlanForm, writtenPlan } from './plan-form.ts';

const form: PlanForm = {
  flag: 'new-checkout',
  rule: 'fallthrough',
  treatment: 'on',
  preset: 'standard',
  stages: FIRST_STAGES,
  bake: '',
  guards: [{ kind: 'template', name: 'error-rate', args: {}, isObserved: false }],
  startAt: '',
};

test('what nobody said is left to the server', () => {
  expect(writtenPlan(form)).toEqual({
    flag: 'new-checkout',
    treatment: 'on',
    preset: 'standard',
    guards: [{ template: 'error-rate' }],
  });
});

test('own stages go in place of a preset, with what was said of each', () => {
  const stages = [{ treatment: '2.5', dwell: ' 1h ', minUnits: '', safeRatio: '1.25', needsApproval: true }];
  expect(writtenPlan({ ...form, preset: 'own', stages, rule: 'staff', bake: '1h' })).toMatchObject({
    rule: 'staff',
    bake: '1h',
    stages: [{ treatment: '2.5%', dwell: '1h', safeRatio: 1.25, approval: {} }],
  });
});

test('a guard says its template with arguments, or its metric, and whether it only observes', () => {
  const guards: PlanForm['guards'] = [
    { kind: 'template', name: 'latency', args: { slowMs: 500 }, isObserved: true },
    { kind: 'metric', name: 'purchases', args: {}, isObserved: false },
  ];
  expect(writtenPlan({ ...form, guards })['guards']).toEqual([
    { template: 'latency', args: { slowMs: 500 }, mode: 'observe' },
    { metric: 'purchases' },
  ]);
});
