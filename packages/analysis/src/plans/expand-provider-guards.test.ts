import { expect, test } from 'vitest';
import { plan } from '../rollout/decision.fixture.ts';
import { expandProviderGuards, type WrittenProviderGuard } from './expand-provider-guards.ts';
import { findProviderGuardFlaws } from './find-provider-guard-flaws.ts';
import { PlanWords } from './plan-words.ts';

const WRITTEN: WrittenProviderGuard = {
  name: 'http-errors',
  provider: 'prometheus',
  query: { kind: 'scalar', value: 'errors' },
  limits: { failureCondition: 'result > 0.05' },
};

function expand(...written: readonly Partial<WrittenProviderGuard>[]) {
  const words = new PlanWords();
  const { providerGuards = [] } = expandProviderGuards(
    written.map((guard) => ({ ...WRITTEN, ...guard })),
    words,
  );
  const flaws = [...words.flaws, ...findProviderGuardFlaws({ ...plan, providerGuards })];
  return { providerGuards, flaws: flaws.map(({ path }) => path.join('.')) };
}

test('a guard that says little is measured each minute over five, and holds for a day at most', () => {
  expect(expand({}).providerGuards).toEqual([
    {
      ...WRITTEN,
      arms: 'treatment',
      query: { kind: 'scalar', value: 'errors', windowMs: 300_000 },
      limits: { failureCondition: 'result > 0.05', intervalMs: 60_000 },
      deadline: { afterMs: 86_400_000, then: 'abort' },
    },
  ]);
});

test('durations are words, and what comes out is taken again as it is', () => {
  const { providerGuards, flaws } = expand({
    query: { ...WRITTEN.query, window: '90s' },
    limits: { ...WRITTEN.limits, interval: '30s', initialDelay: '2m', errorBudget: '10m' },
    deadline: { after: '6h', then: 'hold' },
    mode: 'observe',
  });
  expect(flaws).toEqual([]);
  expect(providerGuards).toMatchObject([
    {
      query: { windowMs: 90_000 },
      limits: { intervalMs: 30_000, initialDelayMs: 120_000, errorBudgetMs: 600_000 },
      deadline: { afterMs: 21_600_000, then: 'hold' },
    },
  ]);
  expect(expand(...providerGuards).providerGuards).toEqual(providerGuards);
});

test('a word that is said twice, or cannot be read, is refused where it stands', () => {
  const both = expand({ limits: { ...WRITTEN.limits, interval: '30s', intervalMs: 1_000 } });
  expect(both.flaws).toEqual(['providerGuards.0.limits.interval']);
  expect(expand({ query: { window: 'soon' } }).flaws).toEqual(['providerGuards.0.query.window']);
  expect(expand({ deadline: { then: 'abort' } }).flaws).toContain('providerGuards.0.deadline.after');
});

test('limits that cannot be used, and two guards of one name, are refused', () => {
  expect(expand({ limits: { interval: '100ms' } }).flaws).toEqual([
    'providerGuards.0.limits.interval',
    'providerGuards.0.limits.failureCondition',
  ]);
  expect(expand({}, {}).flaws).toEqual(['providerGuards.1.name']);
  expect(expand({ name: 'errors' }).flaws).toEqual(['providerGuards.0.name']);
});

test('nobody compares with a control that is not there', () => {
  const { providerGuards } = expand({ arms: 'both' });
  const instant = { ...plan, providerGuards, stages: plan.stages.slice(2) };
  expect(findProviderGuardFlaws(instant).map(({ path }) => path.join('.'))).toEqual(['providerGuards.0.arms']);
  expect(findProviderGuardFlaws({ ...plan, providerGuards })).toEqual([]);
});

test('a deadline that passes before a stage can have its measurement is refused', () => {
  const after = (deadline: string) => ({ deadline: { after: deadline, then: 'abort' } }) as const;
  expect(expand(after('60s')).flaws).toEqual(['providerGuards.0.deadline.after']);
  expect(expand(after('61s')).flaws).toEqual([]);
  const delayed = { limits: { ...WRITTEN.limits, initialDelay: '10m' } };
  expect(expand({ ...delayed, ...after('10m') }).flaws).toEqual(['providerGuards.0.deadline.after']);
});
