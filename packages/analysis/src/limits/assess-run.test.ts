import { expect, test } from 'vitest';
import type { LimitsVerdict } from './assess-metric.ts';
import { assessRun, type RunMetric } from './assess-run.ts';

function metric(name: string, verdict: LimitsVerdict, mode: RunMetric['mode'] = 'decide'): RunMetric {
  return { name, mode, assessment: { verdict, detail: `it is ${verdict}` } };
}

test('the worst that decides is the verdict of all, and its siblings keep theirs', () => {
  const run = assessRun([metric('slow', 'running'), metric('late', 'error'), metric('errors', 'failed')]);
  expect(run).toMatchObject({ verdict: 'failed', detail: 'errors: it is failed' });
  expect(run.metrics.map(({ verdict }) => verdict)).toEqual(['running', 'error', 'failed']);
});

test('all are successful when each that decides is', () => {
  expect(assessRun([metric('a', 'successful'), metric('b', 'running')]).verdict).toBe('running');
  expect(assessRun([metric('a', 'successful'), metric('b', 'no_data')]).verdict).toBe('no_data');
  expect(assessRun([metric('a', 'successful'), metric('b', 'successful')]).verdict).toBe('successful');
});

test('a dry run is shown, and neither harms nor holds', () => {
  const run = assessRun([metric('errors', 'successful'), metric('memory', 'failed', 'observe')]);
  expect(run.verdict).toBe('successful');
  expect(run.metrics[1]).toMatchObject({ name: 'memory', verdict: 'failed' });
});

test('where nothing decides, nothing says that it is healthy', () => {
  expect(assessRun([metric('memory', 'successful', 'observe')]).verdict).toBe('no_data');
});
