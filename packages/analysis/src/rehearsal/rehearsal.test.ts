import { seededRandom } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import type { EpochGuard, EpochPlan } from '../evidence/epoch.ts';
import type { RolloutPlan } from '../rollout/plan.ts';
import { effectOfRatio } from '../statistics/planning/baseline.ts';
import type { Draws } from './draws.ts';
import { drillRollout } from './drill-rollout.ts';
import { assumedBins, knownTraffic } from './known-traffic.ts';
import { rehearsedGuards } from './rehearsed-guard.ts';
import { runShadow } from './run-shadow.ts';
import type { ShadowSetting } from './shadow.ts';
import { type SimulationInput, simulatePlan, startOf } from './simulate-plan.ts';

const MINUTE_MS = 60_000;
const NOW_MS = 1_700_000_000_000;

function planOf(overrides: Partial<RolloutPlan> = {}): RolloutPlan {
  return {
    flagKey: 'new-checkout',
    rule: 'fallthrough',
    treatment: 'on',
    control: 'off',
    unit: 'targetingKey',
    stages: [
      { treatmentPpm: 50_000, dwellMs: 30 * MINUTE_MS, minUnits: 10 },
      { treatmentPpm: 250_000, dwellMs: 30 * MINUTE_MS, minUnits: 10 },
      { treatmentPpm: 1_000_000, dwellMs: 0, minUnits: 10 },
    ],
    bakeMs: 10 * MINUTE_MS,
    alpha: 0.05,
    guards: [{ metric: 'errors', weight: 1 }],
    noDataMs: 15 * MINUTE_MS,
    confirmMs: 10_000,
    ...overrides,
  };
}

const errors: EpochGuard = { key: 'errors', event: '$error', harm: 'up', browserEvidence: true, kind: 'binary' };

function inputOf(overrides: Partial<SimulationInput> = {}): SimulationInput {
  const { plan = planOf(), epoch: given } = overrides;
  const epoch: EpochPlan = { rolloutId: 'r1', epoch: 1, salt: 's', seed: 1, stages: plan.stages, guards: [errors] };
  return {
    plan,
    epoch: given ?? epoch,
    unitsPerMinute: 600,
    baselines: { errors: { kind: 'rate', rate: 0.01 } },
    severities: [],
    harmed: ['errors'],
    runs: 10,
    nowMs: NOW_MS,
    windowAt: () => ({ isOpen: true, opensAtMs: null }),
    draws: roughDraws(1),
    ...overrides,
  };
}

function finish<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const settingOf = (input: SimulationInput): ShadowSetting => ({
  ...input,
  guards: rehearsedGuards(startOf(input).summary.guards, input.baselines),
  ratios: {},
});
const simulate = (overrides: Partial<SimulationInput> = {}) => finish(simulatePlan(inputOf(overrides)));

/** Normal approximations of every law, cut off at what can be. The real ones come in. */
function roughDraws(seed: number): Draws {
  const { next } = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const binomial = (n: number, p: number) => {
    if (n < 50) return Array.from({ length: n }, next).filter((at) => at < p).length;
    return Math.min(n, Math.max(0, Math.round(n * p + Math.sqrt(n * p * (1 - p)) * normal())));
  };
  const poisson = (mean: number) => Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
  const gamma = (shape: number) => Math.max(0, shape + Math.sqrt(shape) * normal());
  return { binomial, poisson, normal, gamma };
}

test('the same seed gives the same answer, and another one another', () => {
  const of = (seed: number) => simulate({ severities: [2], runs: 3, draws: roughDraws(seed) });
  expect(of(7)).toEqual(of(7));
  expect(of(8)).not.toEqual(of(7));
});

test('a healthy plan that asks for no evidence takes the sum of its dwells', () => {
  const { healthy } = simulate();
  expect(healthy.minutesToFull.median).toBe(60);
  expect(healthy.stages[0]?.left).toEqual([{ by: 'stage-timer', runs: healthy.stages[1]?.reached }]);
});

test('what makes errors ten times as frequent is killed in every run, and shows sooner than what doubles them', () => {
  const { harms, runs } = simulate({ severities: [2, 10] });
  const [double, tenfold] = harms;
  expect(tenfold?.killed).toBe(runs);
  expect(tenfold?.treatedUnits.median).toBeLessThan(double?.treatedUnits.median ?? 0);
});

test('twice as bad is half the rate where harm lies downwards', () => {
  const plan = planOf({ guards: [{ metric: 'purchases', weight: 1 }] });
  const guard = { ...errors, key: 'purchases', event: 'purchase', harm: 'down' as const };
  const { harms } = simulate({
    plan,
    epoch: { ...inputOf({ plan }).epoch, guards: [guard] },
    baselines: { purchases: { kind: 'rate', rate: 0.2 } },
    harmed: ['purchases'],
    severities: [2],
  });
  expect(harms[0]).toMatchObject({ ratio: 0.5, killed: 10 });
});

test('a stage that asks for too many units is left when they have come, and the answer says so', () => {
  const [first, ...others] = planOf().stages;
  if (first === undefined) throw new Error('no first stage');
  const { healthy } = simulate({ plan: planOf({ stages: [{ ...first, minUnits: 3_000 }, ...others] }) });
  expect(healthy.stages[0]?.left).toEqual([{ by: 'min-sample', runs: healthy.stages[1]?.reached }]);
  // Thirty treated units a minute.
  expect(healthy.minutesToFull.median).toBeGreaterThan(120);
  expect(healthy.minutesToFull.median).toBeLessThan(140);
});

test('without traffic no run comes to full exposure, and the answer names what holds it', () => {
  const { healthy } = simulate({ unitsPerMinute: 0, runs: 1 });
  expect(healthy).toMatchObject({ rolledBack: 1, minutesToFull: { median: null } });
  expect(healthy.stages[0]?.stuck).toEqual([{ by: 'no-data', runs: 1 }]);
});

test('a window that opens tomorrow is waited for', () => {
  const opensAtMs = NOW_MS + 20 * 60 * MINUTE_MS;
  const windowAt = (nowMs: number) => ({ isOpen: nowMs >= opensAtMs, opensAtMs });
  const windows = [{ cron: '0 9 * * *', timeZone: 'UTC', durationMs: 8 * 60 * MINUTE_MS }];
  const input = inputOf({ plan: planOf({ windows }), windowAt });
  const { healthy } = finish(simulatePlan({ ...input, runs: 2 }));
  // From its own start on, which waited for the window.
  expect(healthy.minutesToFull.median).toBe(60);
});

test('how long a kill takes is counted from the start of the first stage', () => {
  const plan = planOf({ startAtMs: NOW_MS + 24 * 60 * MINUTE_MS });
  const { harms } = simulate({ plan, severities: [10], runs: 5 });
  expect(harms[0]?.minutesToKill.p90).toBeLessThan(30);
});

test('people do not hold a simulation up', () => {
  const deadline = { afterMs: MINUTE_MS, then: 'abort' as const };
  const stages = planOf().stages.map((stage) => ({ ...stage, approval: { count: 1, notAuthor: false, deadline } }));
  expect(simulate({ plan: planOf({ stages }), runs: 2 }).healthy.minutesToFull.median).toBe(60);
});

test('every kind of metric is drawn so that its harm is found, and no harm is not', () => {
  const windowMs = MINUTE_MS;
  const guards: readonly EpochGuard[] = [
    { ...errors, key: 'windowed', windowMs },
    { ...errors, key: 'count', kind: 'count', windowMs },
    { ...errors, key: 'mean', kind: 'mean', windowMs },
    { ...errors, key: 'ratio', kind: 'ratio', perEvent: 'request', windowMs },
    { ...errors, key: 'latency', kind: 'histogram' },
    { ...errors, key: 'limited', maxRate: 0.05 },
  ];
  const plan = planOf({ guards: guards.map(({ key }) => ({ metric: key, weight: 1 })) });
  const { harms, healthy } = simulate({
    plan,
    epoch: { ...inputOf({ plan }).epoch, guards },
    baselines: {
      windowed: { kind: 'rate', rate: 0.02 },
      count: { kind: 'count', mean: 0.5 },
      mean: { kind: 'mean', mean: 10, variance: 25 },
      ratio: { kind: 'mean', mean: 3, variance: 1 },
      latency: assumedBins(145),
      limited: { kind: 'rate', rate: 0.01 },
    },
    harmed: guards.map(({ key }) => key),
    severities: [8],
    runs: 2,
  });
  expect(harms.map(({ metric, killed }) => [metric, killed])).toEqual(guards.map(({ key }) => [key, 2]));
  expect(healthy.falseKills).toBe(0);
});

test('of an assumed distribution, harm is in the slowest twentieth', () => {
  for (const binCount of [5, 20, 145]) {
    const effect = effectOfRatio(assumedBins(binCount), 2);
    if (effect.kind !== 'histogram') throw new Error('not a distribution');
    const whole = effect.treatment.reduce((sum, count) => sum + count, 0);
    expect((effect.treatment.at(-1) ?? 0) / whole).toBeCloseTo(0.1, 10);
  }
});

test('a drill kills a copy: the state and the evidence that it began with stay as they are', () => {
  const input = inputOf();
  // Ten healthy minutes, or so many looks.
  const { last } = finish(runShadow(settingOf(input), startOf(input), { draws: roughDraws(3), looksMax: 30 }));
  expect(last.state.kind).toBe('progressing');
  const { state, summary, nowMs } = last;
  const before = JSON.stringify({ state, summary });
  const { plan, unitsPerMinute, baselines, windowAt } = input;
  const target = { plan, unitsPerMinute, baselines, windowAt, state, summary, nowMs };
  const drill = finish(drillRollout({ ...target, metric: 'errors', severity: 10, runs: 20, draws: roughDraws(4) }));
  expect(drill).toMatchObject({
    runs: 20,
    killed: 20,
    ratio: 10,
    decision: { kind: 'kill', serve: { kind: 'anchor' } },
  });
  expect(drill.ticksToKill.median).toBeGreaterThanOrEqual(1);
  expect(JSON.stringify({ state, summary })).toBe(before);
});

test('in a stage that has lasted for a day, a drill still tells ticks', () => {
  const [first, ...others] = planOf().stages;
  if (first === undefined) throw new Error('no first stage');
  const plan = planOf({ stages: [{ ...first, dwellMs: 48 * 60 * MINUTE_MS }, ...others] });
  const input = inputOf({ plan });
  const { last } = finish(runShadow(settingOf(input), startOf(input), { draws: roughDraws(3), looksMax: 90 }));
  expect(last.nowMs - NOW_MS).toBeGreaterThan(24 * 60 * MINUTE_MS);
  const { unitsPerMinute, baselines, windowAt } = input;
  const target = { plan, unitsPerMinute, baselines, windowAt, ...last };
  const drill = finish(drillRollout({ ...target, metric: 'errors', severity: 30, runs: 10, draws: roughDraws(4) }));
  expect(drill.killed).toBe(10);
  expect(drill.minutesToKill.p90).toBeLessThan(10);
});

test('a drill that harms nothing kills nothing', () => {
  const input = inputOf();
  const { last } = finish(runShadow(settingOf(input), startOf(input), { draws: roughDraws(3), looksMax: 30 }));
  const { plan, unitsPerMinute, baselines, windowAt } = input;
  const target = { plan, unitsPerMinute, baselines, windowAt, ...last };
  const drill = finish(drillRollout({ ...target, metric: 'errors', severity: 1, runs: 5, draws: roughDraws(5) }));
  expect(drill).toMatchObject({ killed: 0, minutesToKill: { median: null, p90: null } });
});

test('what is given counts more than what was measured, and each number says where it comes from', () => {
  const input = inputOf();
  const { last } = finish(runShadow(settingOf(input), startOf(input), { draws: roughDraws(6), looksMax: 60 }));
  const { summary } = last;
  const elapsedMs = last.nowMs - NOW_MS;
  const evidence = [{ rolloutId: 'r0', summary, elapsedMs }];
  const { guards } = summary;
  const measured = knownTraffic({ guards, given: {}, evidence });
  expect(measured.missing).toEqual([]);
  expect(measured.unitsPerMinute).toBeGreaterThan(550);
  expect(measured.unitsPerMinute).toBeLessThan(650);
  expect(measured.sources).toMatchObject([
    { of: 'unitsPerMinute', origin: 'measured', rolloutId: 'r0' },
    { of: 'errors', origin: 'measured', rolloutId: 'r0' },
  ]);
  expect(measured.sources[1]?.value).toBeCloseTo(0.01, 2);
  const given = knownTraffic({ guards, given: { unitsPerMinute: 5, rates: { errors: 0.2 } }, evidence });
  expect(given.sources).toEqual([
    { of: 'unitsPerMinute', origin: 'given', value: 5 },
    { of: 'errors', origin: 'given', value: 0.2 },
  ]);
});

test('what nobody said and nothing measured is named', () => {
  const { guards } = startOf(inputOf()).summary;
  expect(knownTraffic({ guards, given: {}, evidence: [] }).missing).toEqual(['unitsPerMinute', 'errors']);
});

test('a stage with an experiment is left when its deadline lets it go on, and stuck where that rolls back', () => {
  const until = (then: 'continue' | 'abort') => {
    const deadline = { afterMs: 60 * MINUTE_MS, then };
    const [first, ...others] = planOf().stages;
    if (first === undefined) throw new Error('The plan has stages.');
    const experiment = { metric: 'errors', onLose: 'abort' as const, deadline };
    return planOf({ stages: [{ ...first, experiment }, ...others] });
  };
  const { stages } = simulate({ plan: until('continue'), runs: 4 }).healthy;
  expect(stages[0]?.left).toEqual([{ by: 'experiment', runs: 4 }]);
  expect(stages[1]?.reached).toBe(4);
  expect(simulate({ plan: until('abort'), runs: 4 }).healthy.stages[0]?.stuck).toEqual([{ by: 'experiment', runs: 4 }]);
});

test('a plan with a holdback is over with its success: what is held back gets the treatment by itself', () => {
  const stages = planOf().stages.map((stage, index) => (index === 2 ? { ...stage, treatmentPpm: 990_000 } : stage));
  const held = planOf({ stages, holdback: { ppm: 10_000, durationMs: 7 * 24 * 60 * MINUTE_MS } });
  const { healthy } = simulate({ plan: held, runs: 4 });
  expect(healthy).toMatchObject({ unfinished: 0, rolledBack: 0 });
  expect(healthy.minutesToFull.median).toBeLessThan(90);
});
