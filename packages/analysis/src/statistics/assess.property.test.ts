import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArmCounts, StratumSummary } from '../evidence/summary.ts';
import { assess } from './assess.ts';
import { estimateRatio } from './estimate-ratio.ts';
import { ratioInterval } from './intervals/ratio-interval.ts';
import { type LabelCounts, logEvidenceOfRatios, RATIOS_DOWN, RATIOS_UP } from './label-betting.ts';

const counts: fc.Arbitrary<ArmCounts> = fc.oneof(
  fc.record({ control: fc.nat({ max: 30 }), treatment: fc.nat({ max: 30 }) }),
  fc.record({ control: fc.nat({ max: 1e9 }), treatment: fc.nat({ max: 1e9 }) }),
);
const share = fc.oneof(
  fc.integer({ min: 1, max: 999_999 }).map((ppm) => ppm / 1e6),
  fc.constantFrom(1e-6, 0.5, 1),
);
const labels: fc.Arbitrary<LabelCounts> = fc.tuple(share, counts).map(([treatmentShare, { control, treatment }]) => ({
  treatmentShare,
  treatment,
  control: treatmentShare === 1 ? 0 : control,
}));
const manyLabels = fc.array(labels, { maxLength: 6 });

function mirrored(strata: readonly LabelCounts[]): readonly LabelCounts[] {
  return strata.map(({ treatmentShare, control, treatment }) => ({
    treatmentShare,
    control: treatment,
    treatment: control,
  }));
}

describe('label betting', () => {
  test('has mean 1 over the labels of a harmless flag, for every number of events', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.9, noNaN: true }), fc.nat({ max: 60 }), (treatmentShare, events) => {
        let mean = 0;
        let probability = (1 - treatmentShare) ** events;
        for (let treatment = 0; treatment <= events; treatment++) {
          const strata = [{ treatmentShare, treatment, control: events - treatment }];
          mean += probability * Math.exp(logEvidenceOfRatios(strata, RATIOS_UP));
          probability *= ((events - treatment) / (treatment + 1)) * (treatmentShare / (1 - treatmentShare));
        }
        expect(mean).toBeCloseTo(1, 6);
      }),
    );
  });

  test('depends on sums alone: strata of one share may be merged or split', () => {
    fc.assert(
      fc.property(share, counts, counts, (treatmentShare, one, other) => {
        const apart = [one, other].map((labels) => ({ treatmentShare, ...labels }));
        const merged = [
          { treatmentShare, control: one.control + other.control, treatment: one.treatment + other.treatment },
        ];
        const [expected, actual] = [apart, merged].map((strata) => logEvidenceOfRatios(strata, RATIOS_DOWN));
        expect(actual).toBeCloseTo(expected ?? Number.NaN, 3);
      }),
    );
  });
});

describe('the interval', () => {
  test('excludes 1 exactly when the evidence reaches its threshold, on either side', () => {
    fc.assert(
      fc.property(manyLabels, fc.double({ min: 0.01, max: 20, noNaN: true }), (strata, logThreshold) => {
        const { low, high } = ratioInterval(strata, logThreshold);
        expect(low !== null && low >= 1).toBe(logEvidenceOfRatios(strata, RATIOS_UP) >= logThreshold);
        expect(high !== null && high <= 1).toBe(logEvidenceOfRatios(strata, RATIOS_DOWN) >= logThreshold);
      }),
    );
  });

  test('holds the estimate', () => {
    fc.assert(
      fc.property(manyLabels, fc.double({ min: 0.01, max: 20, noNaN: true }), (strata, logThreshold) => {
        const ratio = estimateRatio(strata);
        const { low, high } = ratioInterval(strata, logThreshold);
        if (ratio === null) return;
        expect(ratio).toBeGreaterThan((low ?? 0) * (1 - 1e-4));
        expect(ratio).toBeLessThan((high ?? Number.POSITIVE_INFINITY) * (1 + 1e-4));
      }),
    );
  });

  test('estimates the inverse when the arms of an even split change places', () => {
    fc.assert(
      fc.property(counts, (labels) => {
        const strata = [{ treatmentShare: 0.5, ...labels }];
        const ratio = estimateRatio(strata);
        if (ratio === null || ratio > 1e5 || ratio < 1e-5) return;
        expect((estimateRatio(mirrored(strata)) ?? 0) * ratio).toBeCloseTo(1, 3);
      }),
    );
  });
});

const strata = fc.array(
  fc.record<StratumSummary>({
    stageIndex: fc.nat({ max: 3 }),
    formerControlOf: fc.constant(null),
    treatmentShare: share,
    units: counts,
    events: fc.record({ errors: counts, slow: counts }),
  }),
  { maxLength: 6 },
);

test('every number of an assessment is finite or null, whatever the counts', () => {
  fc.assert(
    fc.property(
      strata,
      fc.nat({ max: 3 }),
      fc.constantFrom(1, 10_000, 500_000, 1_000_000),
      (strata, stageIndex, treatmentPpm) => {
        const assessment = assess({
          summary: {
            rolloutId: 'r1',
            epoch: 1,
            guards: [
              { metric: 'errors', harm: 'up' },
              { metric: 'slow', harm: 'down' },
            ],
            strata,
            crossoverCount: 0,
            unmatchedOutcomeCount: 0,
            waitingOutcomeCount: 0,
            browserUnitCount: 0,
            unitCount: 0,
            lastExposureAtMs: null,
            newestRecordAtMs: 0,
          },
          guards: [
            { metric: 'errors', weight: 0.001 },
            { metric: 'slow', weight: 5 },
            { metric: 'gone', weight: 1 },
          ],
          alpha: 0.05,
          stageIndex,
          stage: { treatmentPpm, safeRatio: 1.2 },
        });
        // JSON turns what is not finite into null, so a round trip that changes nothing found only finite numbers.
        const expectFinite = (value: unknown): void => {
          if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
          else if (typeof value === 'object' && value !== null)
            for (const part of Object.values(value)) expectFinite(part);
        };
        expectFinite(assessment);
        const failed = assessment.guards.some(({ verdict }) => verdict === 'failed');
        expect(failed).toBe(assessment.logEvidence >= assessment.logThreshold);
      },
    ),
  );
});
