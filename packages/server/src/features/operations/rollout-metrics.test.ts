import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createRolloutMetrics } from './rollout-metrics.ts';

test('answers of metric providers are counted by what they were, errors by their class', async () => {
  const registry = new Registry();
  const metrics = createRolloutMetrics({ registry, nowMs: () => 0, held: () => [] });
  const asked = { window: { startAtMs: 0, endAtMs: 1 }, query: 'up' };
  metrics.measured('shop/production', { status: 'no_data', ...asked, watermarkAtMs: 1, reason: 'empty' });
  metrics.measured('shop/production', { status: 'error', ...asked, class: 'timeout', message: 'slow' });
  metrics.measured('shop/production', { status: 'error', ...asked, class: 'timeout', message: 'slow' });
  const text = await registry.getSingleMetricAsString('tidegate_rollout_provider_answers_total');
  expect(text).toContain('{environment="shop/production",status="no_data"} 1');
  expect(text).toContain('{environment="shop/production",status="error",class="timeout"} 2');
});
