import { describe, expect, test } from 'vitest';
import { decide } from '../rollout/decide.ts';
import { at, guard, harmful, healthy, look, plan, plenty, reasonsOf, T0 } from '../rollout/decision.fixture.ts';
import { addMeasurement, assessMetric, assessRun, EMPTY_TALLY, judgeMeasurement, type MetricTally } from './index.ts';

/**
 * How rollout controllers have failed in the field, each as what ours does instead.
 */

describe('harm is looked for all the time', () => {
  test('harm that is shown in the fifth minute of a day-long stage is acted on in the fifth minute', () => {
    const day = { ...plan, stages: plan.stages.map((stage) => ({ ...stage, dwellMs: 86_400_000 })) };
    expect(decide(look(at(0), { plan: day, assessment: harmful, nowMs: T0 + 300_000 })).kind).toBe('kill');
  });

  test('harm is acted on after 100 % too, until the bake is over', () => {
    expect(decide(look(at(2), { assessment: harmful })).kind).toBe('kill');
  });
});

describe('missing evidence never turns into a pass', () => {
  const nobody = { ...plenty, strata: [], unitCount: 0, lastExposureAtMs: null };

  test('a stage without a single unit is held, however long it has lasted', () => {
    const decision = decide(look(at(0), { summary: nobody, nowMs: T0 + 3_600_000 }));
    expect(decision.kind).toBe('hold');
    expect(reasonsOf(decision)).toEqual(expect.arrayContaining(['min-sample', 'no-data']));
  });

  test('a metric that was not measured yet is pending, and not successful', () => {
    const assessment = assessMetric({ intervalMs: 60_000 }, EMPTY_TALLY, { nowMs: T0 });
    expect(assessRun([{ name: 'errors', mode: 'decide', assessment }]).verdict).toBe('pending');
  });

  test('an empty answer and a share of nothing are no data', () => {
    const conditions = { failureCondition: 'result[0] / result[1] > 0.01' };
    const ask = (value: readonly number[]) => judgeMeasurement(conditions, { status: 'ok', value }).verdict;
    expect([ask([]), ask([0, 0]), ask([0, 9])]).toEqual(['no_data', 'no_data', 'successful']);
  });
});

describe('one fault does not kill a healthy rollout', () => {
  test('a metric in error holds the rollout, and does not roll it back', () => {
    const erring = { ...healthy, guards: [{ ...guard, verdict: 'error' }], verdict: 'error' } as const;
    const decision = decide(look(at(0), { assessment: erring }));
    expect(decision.kind).toBe('hold');
    expect(reasonsOf(decision)).toContain('metric-error');
  });

  test('a metric store that is away for an hour is an error in the end, and never a failure', () => {
    const down = judgeMeasurement(
      { failureCondition: 'result > 0.01' },
      { status: 'error', class: 'unavailable', message: '' },
    );
    const tally = Array.from({ length: 60 }).reduce<MetricTally>(
      (sum, _, minute) => addMeasurement(sum, down, { atMs: T0 + minute * 60_000 }),
      EMPTY_TALLY,
    );
    expect(assessMetric({ intervalMs: 60_000 }, tally, { nowMs: T0 }).verdict).toBe('error');
  });
});

test('harm among metrics in error and without data is still harm', () => {
  const others = [
    { ...guard, metric: 'latency', verdict: 'error' },
    { ...guard, metric: 'orders', verdict: 'no_data' },
  ] as const;
  const assessment = { ...harmful, guards: [...others, ...harmful.guards] };
  expect(decide(look(at(1), { assessment })).state).toMatchObject({ cause: { kind: 'harm', metric: 'errors' } });
});

test('a backlog of hours is not replayed: after a silence of the controller the stage begins again', () => {
  const decision = decide(look(at(0), { nowMs: T0 + 7_200_000, lastLookAtMs: T0 }));
  expect(decision.state).toMatchObject({ kind: 'progressing', stageIndex: 0, stageEnteredAtMs: T0 + 7_200_000 });
});
