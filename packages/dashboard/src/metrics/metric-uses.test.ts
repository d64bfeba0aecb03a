import type { RolloutView } from '@tidegate/protocol/types';
import { expect, test } from 'vitest';
import { metricUses } from './metric-uses.ts';

const rolloutOf = (id: string, createdAtMs: number, guards: object[]) =>
  ({ id, flagKey: id, active: true, createdAtMs, plan: { guards } }) as unknown as RolloutView;
const template = { name: 'latency', version: 2, args: {} };

test('a metric or a template tells the rollouts that it guards, the newest first, and each once', () => {
  const { metrics, templates } = metricUses([
    rolloutOf('old', 1, [{ metric: 'sales' }, { metric: 'slow', template, definition: {} }]),
    rolloutOf('new', 2, [
      { metric: 'sales' },
      { metric: 'slow', template, definition: {} },
      { metric: 'slower', template, definition: {} },
      { metric: 'own', definition: {} },
    ]),
  ]);
  expect(metrics.get('sales')?.map(({ rolloutId }) => rolloutId)).toEqual(['new', 'old']);
  expect(templates.get('latency')).toMatchObject([
    { rolloutId: 'new', version: 2 },
    { rolloutId: 'old', version: 2 },
  ]);
  expect([...metrics.keys()]).toEqual(['sales']);
});
