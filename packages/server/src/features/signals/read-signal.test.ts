import { signalBodySchema } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import { ProblemError } from '../../http/problem.ts';
import { readSignal } from './read-signal.ts';

const read = (body: unknown) => readSignal(signalBodySchema.parse(body));
const alert = (labels: object, more: object = {}) => ({ status: 'firing', labels, annotations: {}, ...more });
/** As Alertmanager 0.27 posts it, with what is of no interest here. */
const posted = (...alerts: readonly object[]) => ({
  version: '4',
  groupKey: '{}:{alertname="HighErrorRate"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'tidegate',
  groupLabels: { alertname: 'HighErrorRate' },
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager:9093',
  alerts,
});

test.each(['abort', 'freeze', 'pause'])('"%s" is understood', (signal) => {
  expect(read({ signal, reason: 'pager' })).toEqual({ signal, gradual: false, reason: 'pager' });
});

test('an abort may take the steps of the plan', () => {
  expect(read({ signal: 'abort', gradual: true })).toMatchObject({ gradual: true });
});

test.each(['resume', 'promote', 'unfreeze', 'retry', 'ABORT', ''])(
  '"%s" is refused, be it said or labelled',
  (signal) => {
    const refusal = expect.objectContaining({ code: 'invalid-signal' });
    expect(() => read({ signal })).toThrow(refusal);
    expect(() => read(posted(alert({ tidegate_signal: signal })))).toThrow(ProblemError);
  },
);

test('an alert aborts where its severity wakes people, pauses where it does not, and does what it says itself', () => {
  expect(read(posted(alert({ alertname: 'A', severity: 'critical' })))?.signal).toBe('abort');
  expect(read(posted(alert({ alertname: 'A', severity: 'warning' })))?.signal).toBe('pause');
  expect(read(posted(alert({ alertname: 'A' })))?.signal).toBe('pause');
  expect(read(posted(alert({ alertname: 'A', severity: 'critical', tidegate_signal: 'freeze' })))?.signal).toBe(
    'freeze',
  );
});

test('of several alerts the one that lowers most is heard, and the reason names those that ask for it', () => {
  const summary = { annotations: { summary: 'checkout fails' } };
  const alerts = [
    alert({ alertname: 'Slow', severity: 'warning' }),
    alert({ alertname: 'Errors', severity: 'page' }, summary),
  ];
  expect(read(posted(...alerts))).toEqual({
    signal: 'abort',
    gradual: false,
    reason: 'Alertmanager: Errors (page): checkout fails',
  });
});

test('an alert whose word is not understood does not keep another from being heard', () => {
  const flawed = alert({ alertname: 'Typo', tidegate_signal: 'stop' });
  const errors = alert({ alertname: 'Errors', severity: 'page' });
  for (const alerts of [
    [flawed, errors],
    [errors, flawed],
  ]) {
    expect(read(posted(...alerts))).toEqual({ signal: 'abort', gradual: false, reason: 'Alertmanager: Errors (page)' });
  }
  expect(() => read(posted(flawed))).toThrow(ProblemError);
});

test('an abort is gradual only where every alert that asks for it says so', () => {
  const gentle = alert({ severity: 'page' }, { annotations: { tidegate_gradual: 'true' } });
  expect(read(posted(gentle))).toMatchObject({ gradual: true });
  expect(read(posted(gentle, alert({ severity: 'page' })))).toMatchObject({ gradual: false });
});

test('an alert that has ended asks for nothing', () => {
  expect(read(posted(alert({ severity: 'critical' }, { status: 'resolved' })))).toBeNull();
});
