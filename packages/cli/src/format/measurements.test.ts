import type { MeasurementView } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import { formatMeasurements } from './measurements.ts';
import { PLAIN } from './paint.ts';

const NOW_MS = 1_700_000_000_000;
const good: MeasurementView = {
  name: 'http-errors',
  provider: 'prometheus',
  mode: 'decide',
  verdict: 'successful',
  detail: '12 of 12 measurements were good.',
  counts: { good: 12, failed: 0, inconclusive: 0 },
  lastAnswer: {
    atMs: NOW_MS - 10_000,
    verdict: 'successful',
    window: { startAtMs: NOW_MS - 310_000, endAtMs: NOW_MS - 10_000 },
    arms: {
      treatment: { kind: 'counts', events: 3, units: 1_204 },
      control: { kind: 'counts', events: 40, units: 22_871 },
    },
  },
  lastError: null,
  nextAtMs: NOW_MS + 20_000,
};

test('each guard of a provider shows its verdict, its last numbers and when it is measured next', () => {
  expect(formatMeasurements([good], NOW_MS, PLAIN)).toEqual([
    '  MEASURED     VERDICT     GOOD  FAILED  LAST T / C                 WINDOW            NEXT',
    '  http-errors  successful    12       0  3 of 1 204 / 40 of 22 871  5m until 10s ago  in 20s',
  ]);
});

test('what is no good verdict is told with its reason and the class of the last error, on one line each', () => {
  const away: MeasurementView = {
    ...good,
    mode: 'observe',
    verdict: 'running',
    detail: 'The last measurement is an error: unavailable.\u001b[2J',
    counts: { good: 0, failed: 0, inconclusive: 0 },
    lastAnswer: null,
    lastError: { atMs: NOW_MS - 65_000, class: 'unavailable', message: '' },
    nextAtMs: null,
  };
  const lines = formatMeasurements([away], NOW_MS, PLAIN);
  expect(lines[1]).toContain('http-errors (observed)  running');
  expect(lines[1]).toContain('none yet');
  expect(lines[2]).toBe(
    '  http-errors: The last measurement is an error: unavailable. Last error 1m 5s ago: unavailable.',
  );
});

test('a scalar is shown with the digits that a limit could ask for', () => {
  const arms = { treatment: { kind: 'scalar', value: 0.1 + 0.2 } } as const;
  const scalar = { ...good, lastAnswer: good.lastAnswer && { ...good.lastAnswer, arms } };
  expect(formatMeasurements([scalar], NOW_MS, PLAIN)[1]).toContain('  0.3  ');
});
