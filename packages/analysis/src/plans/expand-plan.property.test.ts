import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attemptShare } from './attempt-alpha.ts';
import { expandPlan } from './expand-plan.ts';
import { CONTEXT } from './plan-context.fixture.ts';
import type { WrittenPlan, WrittenPreset } from './written-plan.ts';

const ppm = fc.integer({ min: 1, max: 1_000_000 });
const dwellMs = fc.integer({ min: 0, max: 86_400_000 });
const minUnits = fc.integer({ min: 1, max: 10_000 });

const preset: fc.Arbitrary<NonNullable<WrittenPlan['preset']>> = fc.oneof(
  fc.constantFrom('standard', 'canary-10-30m', 'instant'),
  fc.record<WrittenPreset>({
    name: fc.constant('linear'),
    stepPpm: fc.integer({ min: 21_000, max: 1_000_000 }),
    dwellMs,
  }),
  fc.record<WrittenPreset>({
    name: fc.constant('exponential'),
    fromPpm: fc.integer({ min: 100, max: 1_000_000 }),
    factor: fc.double({ min: 1.3, max: 20, noNaN: true }),
    minUnits,
  }),
);

const listed = fc
  .uniqueArray(ppm, { minLength: 1, maxLength: 20 })
  .map((shares) => [...new Set([...shares, 1_000_000])].toSorted((one, other) => one - other))
  .chain((shares) =>
    fc.tuple(...shares.map((treatmentPpm) => fc.record({ treatmentPpm: fc.constant(treatmentPpm), dwellMs }))),
  );

const written: fc.Arbitrary<WrittenPlan> = fc
  .record(
    {
      source: fc.oneof(
        preset.map((one) => ({ preset: one })),
        listed.map((stages) => ({ stages })),
      ),
      maxTreatmentPpm: ppm,
      holdback: fc.record({ ppm: fc.integer({ min: 1, max: 500_000 }), durationMs: dwellMs }),
      after: fc.constant({ environment: 'staging' }),
      alpha: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
      bakeMs: dwellMs,
      guards: fc.constantFrom(
        [{ template: 'error-rate' }],
        [
          { template: 'latency', args: { slowMs: 300 } },
          { metric: 'sales', weight: 2 },
        ],
      ),
    },
    { requiredKeys: ['source'] },
  )
  .map(({ source, ...rest }) => ({ flag: 'f', treatment: 'on', ...source, ...rest }));

test('stages rise strictly and end at the cap, whatever they come from', () => {
  fc.assert(
    fc.property(written, (plan) => {
      const expanded = expandPlan(plan, CONTEXT);
      if (expanded.kind === 'flawed') throw new Error(JSON.stringify(expanded.flaws));
      const shares = expanded.plan.stages.map(({ treatmentPpm }) => treatmentPpm);
      expect(shares.at(-1)).toBe(Math.min(plan.maxTreatmentPpm ?? 1_000_000, 1_000_000 - (plan.holdback?.ppm ?? 0)));
      expect(shares).toEqual([...new Set(shares)].toSorted((one, other) => one - other));
    }),
  );
});

test('a plan that was expanded is expanded to itself, at any attempt', () => {
  fc.assert(
    fc.property(written, fc.integer({ min: 1, max: 50 }), (plan, attempt) => {
      const context = { ...CONTEXT, countAttempt: () => attempt };
      const once = expandPlan(plan, context);
      if (once.kind === 'flawed') throw new Error(JSON.stringify(once.flaws));
      expect(expandPlan(once.plan, context)).toEqual(once);
    }),
  );
});

test('attempts after the first together add at most 0.4 of alpha', () => {
  const later = Array.from({ length: 100_000 }, (_, index) => attemptShare(index + 2));
  expect(later.reduce((sum, share) => sum + share, 0)).toBeLessThan(0.4);
});
