import type { Metric, RolloutPlan } from '@tidegate/analysis';
import { expect, test } from 'vitest';
import { TICK_MS } from '../scenario.ts';
import { runSchedule, type Schedule } from './run-schedule.ts';

const MINUTE_MS = 60_000;
const minutes = (tick: number) => (tick * TICK_MS) / MINUTE_MS;
const metric = (key: string, event: string, harm: 'up' | 'down'): Metric => ({
  key,
  kind: 'binary',
  description: '',
  event,
  harm,
  browserEvidence: true,
  revision: 1,
});
const errors = metric('errors', '$error', 'up');
const conversion = metric('conversion', 'purchase', 'down');

function planOf(percents: readonly number[], dwellMinutes: number, overrides: Partial<RolloutPlan> = {}): RolloutPlan {
  return {
    flagKey: 'new-checkout',
    rule: 'fallthrough',
    treatment: 'on',
    control: 'off',
    unit: 'targetingKey',
    stages: percents.map((percent) => ({
      treatmentPpm: percent * 10_000,
      dwellMs: dwellMinutes * MINUTE_MS,
      minUnits: 50,
    })),
    bakeMs: dwellMinutes * MINUTE_MS,
    alpha: 0.05,
    guards: [
      { metric: 'errors', weight: 1 },
      { metric: 'conversion', weight: 1 },
    ],
    noDataMs: 5 * MINUTE_MS,
    confirmMs: 10_000,
    ...overrides,
  };
}

/** A shop in which every visit is a new unit: 1 % of them see an error, 10 % buy. */
function scheduleOf(plan: RolloutPlan, overrides: Partial<Schedule> = {}): Schedule {
  return {
    name: 'shop',
    plan,
    metrics: [errors, conversion],
    population: 0,
    returning: false,
    tickCount: (4 * 60 * MINUTE_MS) / TICK_MS,
    visitsAt: () => 60,
    rateAt: (index) => (index === 0 ? 0.01 : 0.1),
    ratio: [1, 1],
    ...overrides,
  };
}

const sharesOf = ({ served }: ReturnType<typeof runSchedule>) =>
  served.map(({ treatmentPpm }) => treatmentPpm / 10_000);

test('a healthy 5/25/50/100 is through in an hour, each stage for its time', () => {
  const ran = runSchedule(1, scheduleOf(planOf([5, 25, 50, 100], 15)));
  expect(ran.end.kind).toBe('succeeded');
  expect(sharesOf(ran)).toEqual([5, 25, 50, 100, 100]);
  expect(ran.served.map(({ minute }) => minute)).toEqual([0, 15, 30, 45, 60]);
  expect(ran.isReproducible).toBe(true);
});

test('what halves the conversion is killed at 5 %, on the conversion, within its first stage', () => {
  const ran = runSchedule(2, scheduleOf(planOf([5, 25, 50, 100], 60), { ratio: [1, 0.5] }));
  expect(ran.end).toMatchObject({
    kind: 'rolledBack',
    fromStageIndex: 0,
    cause: { kind: 'harm', metric: 'conversion' },
  });
  expect(sharesOf(ran)).toEqual([5, 0]);
  expect(ran.minutes).toBeLessThan(60);
});

test('ten linear steps are taken one by one', () => {
  const percents = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
  const ran = runSchedule(3, scheduleOf(planOf(percents, 10)));
  expect(ran.end.kind).toBe('succeeded');
  expect(sharesOf(ran)).toEqual([...percents, 100]);
});

test('without traffic nothing rises, and the deadline takes it back', () => {
  const noData = { deadline: { afterMs: 120 * MINUTE_MS, then: 'abort' as const } };
  const ran = runSchedule(4, scheduleOf(planOf([5, 100], 10, { health: { noData } }), { visitsAt: () => 0 }));
  expect(ran.holds).toContain('no-data');
  expect(ran.end).toMatchObject({ kind: 'rolledBack', cause: { kind: 'deadline', hold: 'no-data' } });
  expect(sharesOf(ran)).toEqual([5, 0]);
  expect(ran.minutes).toBeGreaterThan(120);
});

test('events that are lost for an hour hold it, and it goes on when they come again', () => {
  const isLost = (tick: number) => minutes(tick) >= 20 && minutes(tick) < 80;
  const ran = runSchedule(5, scheduleOf(planOf([5, 25, 50, 100], 15), { isLost }));
  expect(ran.holds).toContain('no-data');
  expect(ran.end.kind).toBe('succeeded');
  expect(ran.served.some(({ minute }) => minute >= 25 && minute < 80)).toBe(false);
});

test('a metric that is lost for an hour holds it until it comes back, and never kills', () => {
  const isSilent = (tick: number) => minutes(tick) >= 20 && minutes(tick) < 80;
  const noOutcomes = { graceMs: 5 * MINUTE_MS, deadline: { afterMs: 180 * MINUTE_MS, then: 'abort' as const } };
  const guards = [
    { metric: 'errors', weight: 1 },
    { metric: 'conversion', weight: 1, noOutcomes },
  ];
  const ran = runSchedule(8, scheduleOf(planOf([5, 25, 50, 100], 15, { guards }), { isSilent }));
  expect(ran.holds).toContain('no-outcomes');
  expect(ran.holds).not.toContain('no-data');
  expect(ran.served.some(({ minute }) => minute >= 26 && minute < 80)).toBe(false);
  expect(ran.end.kind).toBe('succeeded');
  expect(ran.isReproducible).toBe(true);
});

test('a day with its morning and its night kills nobody', () => {
  const day = (24 * 60 * MINUTE_MS) / TICK_MS;
  const swing = (tick: number) => Math.sin((2 * Math.PI * tick) / day);
  const season = {
    tickCount: day * 2,
    visitsAt: (tick: number) => Math.round(10 * (1 + 0.8 * swing(tick))),
    rateAt: (index: number, tick: number) =>
      index === 0 ? 0.02 * (1 + 0.9 * swing(tick)) : 0.1 * (1 - 0.6 * swing(tick)),
  };
  const ran = runSchedule(6, scheduleOf(planOf([5, 25, 50, 100], 6 * 60), season));
  expect(ran.end.kind).toBe('succeeded');
});

test('a regression that comes late, when everybody has the treatment, is killed by its absolute limit', () => {
  const guards = [{ metric: 'errors', weight: 1, maxRate: 0.03 }];
  const plan = planOf([5, 25, 50, 100], 15, { guards, bakeMs: 120 * MINUTE_MS });
  const rateAt = (_: number, tick: number) => (minutes(tick) < 60 ? 0.01 : 0.2);
  const ran = runSchedule(7, scheduleOf(plan, { metrics: [errors], rateAt, ratio: [1] }));
  expect(sharesOf(ran)).toEqual([5, 25, 50, 100, 0]);
  expect(ran.end).toMatchObject({ kind: 'rolledBack', fromStageIndex: 3, cause: { kind: 'harm', metric: 'errors' } });
  expect(ran.minutes).toBeGreaterThan(60);
  expect(ran.minutes).toBeLessThan(75);
});
