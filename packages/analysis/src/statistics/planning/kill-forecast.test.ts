import { expect, test } from 'vitest';
import { informationBound } from './information-bound.ts';
import { boundOfRamp, forecastKill } from './kill-forecast.ts';

const doubling = { kind: 'rate', control: 0.01, treatment: 0.02 } as const;
const forever = { unitsPerMinute: 1_000, minutes: Number.POSITIVE_INFINITY };

test('with one stage that lasts, the bound of a ramp is the bound', () => {
  const units = informationBound({ controlRate: 0.01, treatmentRate: 0.02, treatmentShare: 0.1, alpha: 0.05 });
  const bound = boundOfRamp(doubling, { alpha: 0.05, stages: [{ treatmentShare: 0.1, ...forever }] });
  expect(bound?.units).toBeCloseTo(units, 6);
  expect(bound?.minutes).toBeCloseTo(units / 1_000, 6);
  expect(bound?.treatedUnits).toBeCloseTo(units / 10, 6);
});

test('evidence of short stages adds up until it suffices', () => {
  const stages = [0.01, 0.05, 0.25].map((treatmentShare) => ({ treatmentShare, unitsPerMinute: 1_000, minutes: 10 }));
  const last = { treatmentShare: 0.5, ...forever };
  const kill = forecastKill(doubling, { alpha: 0.05, stages: [...stages, last] });
  const alone = forecastKill(doubling, { alpha: 0.05, stages: [last] });
  expect(kill?.stageIndex).toBe(2);
  expect(kill?.minutes).toBeGreaterThan(20);
  expect(kill?.minutes).toBeLessThan(20 + (alone?.minutes ?? 0) * 2);
});

test('a ramp that ends too early kills nobody, nor does one without control or traffic', () => {
  const killAt = (stage: { treatmentShare: number; unitsPerMinute: number; minutes: number }) =>
    forecastKill(doubling, { alpha: 0.05, stages: [stage] });
  expect(killAt({ treatmentShare: 0.1, unitsPerMinute: 10, minutes: 60 })).toBeNull();
  expect(killAt({ treatmentShare: 1, ...forever })).toBeNull();
  expect(killAt({ treatmentShare: 0.1, unitsPerMinute: 0, minutes: Number.POSITIVE_INFINITY })).toBeNull();
});
