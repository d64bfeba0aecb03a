import type { MetricResult } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import { PLAIN } from './paint.ts';
import { formatMetricResult } from './providers.ts';

const window = { startAtMs: 1_700_000_000_000, endAtMs: 1_700_000_300_000 };
const asked = { window, query: 'treatment value: up{v="new"}' };

test('numbers come with how far the data reaches, what the provider warns of, and what was sent', () => {
  const answered: MetricResult = {
    ...{ status: 'ok', ...asked, watermarkAtMs: window.endAtMs, warnings: ['slow'] },
    arms: { treatment: { kind: 'scalar', value: 0.123_456_789 } },
  };
  expect(formatMetricResult(answered, PLAIN)).toEqual([
    'treatment  0.123457',
    'warning: slow',
    'asked about 5m, until 2023-11-14 22:18:20Z; its data reaches to 2023-11-14 22:18:20Z',
    '  treatment value: up{v="new"}',
  ]);
});

test('what goes wrong has its class, and how long to wait', () => {
  const failed: MetricResult = {
    status: 'error',
    ...asked,
    class: 'rate_limited',
    message: 'too\nmany',
    retryAfterMs: 30_000,
  };
  expect(formatMetricResult(failed, PLAIN)).toEqual([
    'error (rate_limited, it asks to wait 30s): too many',
    'asked about 5m, until 2023-11-14 22:18:20Z',
    '  treatment value: up{v="new"}',
  ]);
});
