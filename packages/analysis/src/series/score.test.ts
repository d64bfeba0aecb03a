import { expect, test } from 'vitest';
import { type ScoredMetric, scoreMetrics, scoreObjectives } from './score.ts';

function metric(verdict: ScoredMetric['verdict'], group: string, other: Partial<ScoredMetric> = {}): ScoredMetric {
  return { verdict, groups: [group], isCritical: false, isRequired: false, ...other };
}

test('groups without a weight share what the others leave', () => {
  const metrics = [metric('pass', 'a'), metric('high', 'b'), metric('pass', 'c')];
  expect(scoreMetrics(metrics, { a: 50 }).score).toBe(75);
});

test('losing a whole group of evidence leaves a score that promotes nothing', () => {
  const report = scoreMetrics([metric('pass', 'a'), metric('pass', 'a'), metric('no_data', 'b')], {});
  expect(report).toMatchObject({ score: 100, isComplete: false });
  expect(report.groups.get('b')).toBeNull();
});

test('with half of all metrics missing there is no score, and with an error none to go by', () => {
  expect(scoreMetrics([metric('pass', 'a'), metric('no_data', 'a')], {})).toMatchObject({
    score: 0,
    isComplete: false,
  });
  expect(scoreMetrics([metric('pass', 'a'), metric('error', 'a')], {}).isComplete).toBe(false);
  expect(scoreMetrics([], {})).toMatchObject({ score: 0, isComplete: false });
});

test('missing data that is required counts as failed', () => {
  const required = metric('no_data', 'a', { isRequired: true });
  expect(scoreMetrics([metric('pass', 'a'), metric('pass', 'a'), required], {}).score).toBeCloseTo(200 / 3);
});

test('a critical metric that does not pass takes everything with it', () => {
  const metrics = [metric('pass', 'a'), metric('pass', 'a'), metric('no_data', 'a', { isCritical: true })];
  expect(scoreMetrics(metrics, {}).score).toBe(0);
});

test('objectives without a weight are none, and a key one that scores nothing fails the rest', () => {
  const thresholds = { marginal: 50, pass: 80 };
  expect(scoreObjectives([], thresholds)).toBeNull();
  const rest = { weight: 9, score: 9, isKey: false };
  expect(scoreObjectives([rest, { weight: 1, score: 0, isKey: false }], thresholds)?.verdict).toBe('pass');
  expect(scoreObjectives([rest, { weight: 1, score: 0, isKey: true }], thresholds)?.verdict).toBe('fail');
});
