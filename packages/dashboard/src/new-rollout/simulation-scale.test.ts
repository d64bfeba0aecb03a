import type { SimulationView } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import { simulationScale } from './simulation-scale.ts';

test('the ramp and the kills stand on one axis that has room for all of them', () => {
  const stages = [50_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 600_000, minUnits: 1 }));
  const quantiles = { median: null, p90: null };
  const simulation = {
    plan: { stages, bakeMs: 60_000 },
    runs: 50,
    healthy: { minutesToFull: quantiles },
    harms: [
      {
        metric: 'errors',
        severity: 2,
        ratio: 2,
        killed: 49,
        treatedUnits: { median: 120, p90: 300 },
        minutesToKill: { median: 4, p90: 30 },
      },
    ],
  } as unknown as SimulationView;
  expect(simulationScale(simulation)).toEqual({
    ramp: [
      { minutes: 0, ppm: 50_000 },
      { minutes: 10, ppm: 1_000_000 },
    ],
    kills: [{ label: 'errors ×2', killed: 49, runs: 50, medianMinutes: 4, p90Minutes: 30, medianUnits: 120 }],
    endMinutes: 30,
  });
});
