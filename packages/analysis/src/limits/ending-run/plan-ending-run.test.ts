import { expect, test } from 'vitest';
import { addMeasurement, EMPTY_TALLY, type MetricTally } from '../tally.ts';
import { type PlannedMetric, planEndingRun } from './plan-ending-run.ts';

const T0 = 1_700_000_000_000;
const SECOND_MS = 1_000;

function metric(name: string, other: Partial<PlannedMetric> = {}): PlannedMetric {
  return {
    name,
    mode: 'decide',
    limits: { intervalMs: 60 * SECOND_MS },
    tally: EMPTY_TALLY,
    verdict: 'running',
    ...other,
  };
}

function after(verdict: 'successful' | 'error' | 'no_data', tally: MetricTally = EMPTY_TALLY, retryAfterMs?: number) {
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  return addMeasurement(tally, { verdict, detail: '', isPermanent: false }, { atMs: T0, ...asked });
}

const at = (seconds: number) => ({ startedAtMs: T0, nowMs: T0 + seconds * SECOND_MS });

test('a metric is measured at the start, and then an interval after each end', () => {
  expect(planEndingRun([metric('a')], at(0)).due).toEqual(['a']);
  const measured = [metric('a', { tally: after('successful') })];
  expect(planEndingRun(measured, at(59))).toEqual({ due: [], nextAtMs: T0 + 60 * SECOND_MS });
  expect(planEndingRun(measured, at(60)).due).toEqual(['a']);
});

test('a restart measures nothing twice and nothing early: instants come from what is stored', () => {
  const measured = [metric('a', { tally: after('successful') })];
  expect(planEndingRun(measured, at(30))).toEqual(planEndingRun(measured, at(31)));
});

test('an initial delay counts from the start of the run, and without one nothing begins', () => {
  const delayed = [metric('a', { limits: { initialDelayMs: 20 * SECOND_MS } })];
  expect(planEndingRun(delayed, at(19)).due).toEqual([]);
  expect(planEndingRun(delayed, at(20)).due).toEqual(['a']);
  expect(planEndingRun(delayed, { startedAtMs: null, nowMs: T0 })).toEqual({ due: [], nextAtMs: null });
});

test('errors are tried again soon, then less and less soon, and never before the provider asked', () => {
  const waits = (tally: MetricTally) =>
    ((planEndingRun([metric('a', { tally })], at(0)).nextAtMs ?? 0) - T0) / SECOND_MS;
  const once = after('error');
  expect(waits(once)).toBe(10);
  expect(waits(after('error', once))).toBe(20);
  expect(waits(Array.from({ length: 30 }).reduce<MetricTally>((tally) => after('error', tally), once))).toBe(300);
  expect(waits(after('error', EMPTY_TALLY, 90 * SECOND_MS))).toBe(90);
});

test('a single measurement without data is tried again, and one with data is the last', () => {
  const once = (verdict: 'successful' | 'no_data') => [metric('a', { limits: {}, tally: after(verdict) })];
  expect(planEndingRun(once('no_data'), at(10)).due).toEqual(['a']);
  expect(planEndingRun(once('successful'), at(10)).nextAtMs).toBeNull();
});

test('harm ends the measuring of all, and a dry run ends that of none', () => {
  expect(planEndingRun([metric('a', { verdict: 'failed' }), metric('b')], at(0)).due).toEqual([]);
  const observed = metric('a', { verdict: 'failed', mode: 'observe' });
  expect(planEndingRun([observed, metric('b')], at(0)).due).toEqual(['b']);
});

test('what is under way is asked for again when the provider says', () => {
  const flight = (resumeAtMs: number | null) => [metric('a', { inFlight: { resumeAtMs } })];
  expect(planEndingRun(flight(T0 + SECOND_MS), at(0))).toEqual({ due: [], nextAtMs: T0 + SECOND_MS });
  expect(planEndingRun(flight(null), at(0)).due).toEqual(['a']);
});
