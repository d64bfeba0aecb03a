import { buildBatch } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyRecord } from './apply-record.ts';
import type { EpochPlan } from './epoch.ts';
import { createEvidence } from './evidence-state.ts';
import { summarize } from './summarize.ts';

// One unit on every thousandth position: shares over the whole ring are then exact counts.
const POSITIONS = Array.from({ length: 1_000 }, (_, index) => index * 1_000);

const plans = fc
  .record({
    stages: fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 5 }),
    controlSample: fc.option(fc.integer({ min: 1, max: 1_000 }), { nil: undefined }),
  })
  .map(({ stages, controlSample }): EpochPlan => {
    const sorted = stages.toSorted((one, other) => one - other);
    return {
      rolloutId: 'r1',
      epoch: 1,
      salt: 's',
      seed: 0,
      stages: sorted.map((stage) => ({ treatmentPpm: stage * 1_000 })),
      guards: [],
      ...(controlSample === undefined ? {} : { controlSamplePpm: controlSample * 1_000 }),
    };
  });

/** What SDKs report when the unit on every position is evaluated in a stage. */
function exposeRing(plan: EpochPlan, stage: number) {
  const treatmentPpm = plan.stages[stage]?.treatmentPpm ?? 0;
  const sampleFromPpm = 1_000_000 - (plan.controlSamplePpm ?? 1_000_000);
  return POSITIONS.filter((position) => position < treatmentPpm || position >= sampleFromPpm).map((position) => ({
    unit: position,
    stage,
    arm: position < treatmentPpm ? ('treatment' as const) : ('control' as const),
  }));
}

test('the share of every stratum is the share of its positions that are in treatment', () => {
  fc.assert(
    fc.property(plans, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (plan, visits) => {
      const state = createEvidence({ positionPpm: (h0) => h0 });
      applyRecord(state, { kind: 'epoch-opened', atMs: 0, plan });
      const stages = plan.stages.map((_, stage) => stage).filter((stage) => visits[stage]);
      for (const [index, stage] of stages.entries()) {
        const batch = buildBatch({ seq: index + 1, exposures: exposeRing(plan, stage) });
        applyRecord(state, { kind: 'batch', receivedAtMs: index, origin: 'server', batch });
      }
      const summary = summarize(state, 'r1', 1);
      expect(summary?.crossoverCount).toBe(0);
      for (const { treatmentShare, units } of summary?.strata ?? []) {
        expect(units.treatment / (units.treatment + units.control)).toBeCloseTo(treatmentShare, 12);
      }
    }),
  );
});

test('with a control sample, units whose first visits were not measured tilt no stratum', () => {
  fc.assert(
    fc.property(plans, fc.array(fc.nat({ max: 4 }), { minLength: 7, maxLength: 7 }), (plan, firstVisits) => {
      const state = createEvidence({ positionPpm: (h0) => h0 });
      applyRecord(state, { kind: 'epoch-opened', atMs: 0, plan });
      // Seven cohorts cover the ring evenly and differ in when they first visit: a cohort's visits do not depend on arms.
      const cohorts = firstVisits.map((firstVisit, cohort) => ({ firstVisit, cohort }));
      for (const stage of plan.stages.keys()) {
        for (const { firstVisit, cohort } of cohorts) {
          if (firstVisit > stage) continue;
          const exposures = exposeRing(plan, stage).map((exposure) => ({ ...exposure, unit: exposure.unit + cohort }));
          const batch = buildBatch({ instance: `cohort ${cohort}`, seq: stage + 1, exposures });
          applyRecord(state, { kind: 'batch', receivedAtMs: stage, origin: 'server', batch });
        }
      }
      for (const { treatmentShare, units } of summarize(state, 'r1', 1)?.strata ?? []) {
        expect(units.treatment / (units.treatment + units.control)).toBeCloseTo(treatmentShare, 12);
      }
    }),
    { numRuns: 50 },
  );
});

test('scopes that widen, narrow or keep a share tilt no stratum, and nobody is in an arm that the ramp cannot explain', () => {
  const cohortCount = 3;
  // Of each stage: how it compares with the share before it, and which cohorts are within its scope.
  const scoped = fc.array(
    fc.record({ rise: fc.nat({ max: 300 }), within: fc.subarray([...Array(cohortCount).keys()]) }),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(scoped, (rises) => {
      let treatment = 1;
      const stages = rises.map(({ rise }) => {
        treatment = Math.min(1_000, treatment + rise);
        return { treatmentPpm: treatment * 1_000 };
      });
      const plan: EpochPlan = { rolloutId: 'r1', epoch: 1, salt: 's', seed: 0, stages, guards: [] };
      const state = createEvidence({ positionPpm: (h0) => h0 });
      applyRecord(state, { kind: 'epoch-opened', atMs: 0, plan });
      for (const [stage, { within }] of rises.entries()) {
        for (const cohort of within) {
          const exposures = exposeRing(plan, stage).map((exposure) => ({ ...exposure, unit: exposure.unit + cohort }));
          const batch = buildBatch({ instance: `cohort ${cohort}`, seq: stage + 1, exposures });
          applyRecord(state, { kind: 'batch', receivedAtMs: stage, origin: 'server', batch });
        }
      }
      const summary = summarize(state, 'r1', 1);
      expect(summary?.crossoverCount).toBe(0);
      for (const { treatmentShare, units } of summary?.strata ?? []) {
        expect(units.treatment / (units.treatment + units.control)).toBeCloseTo(treatmentShare, 12);
      }
    }),
    { numRuns: 50 },
  );
});

test('units that caps keep in earlier stages tilt no stratum, also when they come and go', () => {
  const cohortCount = 3;
  const capped = fc.record({
    shares: fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 2, maxLength: 5 }),
    controlSample: fc.option(fc.integer({ min: 1, max: 1_000 }), { nil: undefined }),
    // Of each stage: the cohorts that the cap holds for then.
    held: fc.array(fc.subarray([...Array(cohortCount).keys()]), { minLength: 5, maxLength: 5 }),
    capStage: fc.nat(3),
  });
  fc.assert(
    fc.property(capped, ({ shares, controlSample, held, capStage }) => {
      const stages = shares.toSorted((one, other) => one - other).map((share) => ({ treatmentPpm: share * 1_000 }));
      const sample = controlSample === undefined ? {} : { controlSamplePpm: controlSample * 1_000 };
      const plan: EpochPlan = { rolloutId: 'r1', epoch: 1, salt: 's', seed: 0, stages, guards: [], ...sample };
      const state = createEvidence({ positionPpm: (h0) => h0 });
      applyRecord(state, { kind: 'epoch-opened', atMs: 0, plan });
      for (const stage of stages.keys()) {
        for (let cohort = 0; cohort < cohortCount; cohort++) {
          const served = held[stage]?.includes(cohort) ? Math.min(stage, capStage) : stage;
          const exposures = exposeRing(plan, served).map((exposure) => ({ ...exposure, unit: exposure.unit + cohort }));
          const batch = buildBatch({ instance: `cohort ${cohort}`, seq: stage + 1, exposures });
          applyRecord(state, { kind: 'batch', receivedAtMs: stage, origin: 'server', batch });
        }
      }
      const summary = summarize(state, 'r1', 1);
      expect(summary?.crossoverCount).toBe(0);
      for (const { treatmentShare, units } of summary?.strata ?? []) {
        expect(units.treatment / (units.treatment + units.control)).toBeCloseTo(treatmentShare, 12);
      }
    }),
    { numRuns: 50 },
  );
});
