import { type BatchParts, buildBatch } from '@tidegate/testkit';
import { describe, expect, test } from 'vitest';
import { applyRecord } from './apply-record.ts';
import type { EpochGuard, EpochPlan, LogRecord } from './epoch.ts';
import { createEvidence, type EvidenceOptions, type EvidenceState, healthOf } from './evidence-state.ts';
import { summarize } from './summarize.ts';
import type { EvidenceSummary } from './summary.ts';

// In these tests a unit's position on the ring is its own number: unit 5_000 is in treatment from 0.5001 % on.
const positionPpm = (h0: number) => h0;

const errors: EpochGuard = { key: 'errors', event: '$error:new-checkout', harm: 'up', browserEvidence: false };

function planOf(overrides: Partial<EpochPlan> = {}): EpochPlan {
  const stages = [{ treatmentPpm: 10_000 }, { treatmentPpm: 100_000 }, { treatmentPpm: 1_000_000 }];
  return { rolloutId: 'r1', epoch: 1, salt: 's', seed: 7, stages, guards: [errors], ...overrides };
}

function open(plan: EpochPlan = planOf(), options: Partial<EvidenceOptions> = {}): EvidenceState {
  const state = createEvidence({ positionPpm, ...options });
  return applyRecord(state, { kind: 'epoch-opened', atMs: 0, plan });
}

/** Sends batches of one SDK instance, one after the other. */
function senderTo(state: EvidenceState, origin: 'server' | 'browser' = 'server') {
  let seq = 0;
  return (receivedAtMs: number, parts: BatchParts) => {
    const batch = buildBatch({ seq: ++seq, instance: origin, ...parts });
    applyRecord(state, { kind: 'batch', receivedAtMs, origin, batch });
  };
}

function summaryOf(state: EvidenceState): EvidenceSummary {
  const summary = summarize(state, 'r1', 1);
  if (summary === undefined) throw new Error('The epoch is not open.');
  return summary;
}

/** The strata as short lines: stage, kind, units and errors as control/treatment. */
function strataOf(state: EvidenceState): readonly string[] {
  return summaryOf(state).strata.map(({ stageIndex, formerControlOf, units, events }) => {
    const kind = formerControlOf === null ? 'new' : `control of ${formerControlOf}`;
    const counted = events['errors'];
    return `${stageIndex} ${kind}: ${units.control}/${units.treatment} units, ${counted?.control}/${counted?.treatment} errors`;
  });
}

describe('where a unit counts', () => {
  test('a unit first seen in a stage is new there, in the arm that its position gives', () => {
    const state = open();
    const send = senderTo(state);
    send(1_000, {
      exposures: [
        { unit: 9_999, arm: 'treatment' },
        { unit: 10_000, arm: 'control' },
      ],
    });
    expect(strataOf(state)).toEqual(['0 new: 1/1 units, 0/0 errors']);
    expect(summaryOf(state).strata[0]?.treatmentShare).toBe(0.01);
  });

  test('a control that comes back in a later stage is a fair coin again, with the share of what is left', () => {
    const state = open();
    const send = senderTo(state);
    send(1_000, {
      exposures: [
        { unit: 50_000, arm: 'control' },
        { unit: 500_000, arm: 'control' },
      ],
    });
    send(2_000, {
      exposures: [
        { unit: 50_000, arm: 'treatment', stage: 1 },
        { unit: 500_000, arm: 'control', stage: 1 },
      ],
    });
    expect(strataOf(state)).toEqual(['0 new: 2/0 units, 0/0 errors', '1 control of 0: 1/1 units, 0/0 errors']);
    expect(summaryOf(state).strata[1]?.treatmentShare).toBeCloseTo((0.1 - 0.01) / (1 - 0.01), 12);
  });

  test('an outcome of an earlier stage says nothing once the unit counted in a later one, whatever its arm', () => {
    const state = open();
    const send = senderTo(state);
    for (const [stage, receivedAtMs] of [
      [0, 1_000],
      [1, 60_000],
    ] as const) {
      send(receivedAtMs, {
        exposures: [
          { unit: 1, arm: 'treatment', stage },
          { unit: 500_000, arm: 'control', stage },
        ],
      });
    }
    const inBoth = (ageMs?: number) => ({ outcomes: [1, 500_000].map((unit) => ({ unit, ...(ageMs && { ageMs }) })) });
    send(70_000, inBoth());
    send(80_000, inBoth(50_000));
    expect(strataOf(state)).toEqual(['0 new: 1/1 units, 0/0 errors', '1 control of 0: 1/0 units, 1/0 errors']);
  });

  test('a unit that was treated before carries no evidence in later stages', () => {
    const state = open();
    const send = senderTo(state);
    send(1_000, { exposures: [{ unit: 1, arm: 'treatment' }] });
    send(2_000, { exposures: [{ unit: 1, arm: 'treatment', stage: 1 }], outcomes: [{ unit: 1 }] });
    expect(strataOf(state)).toEqual(['0 new: 0/1 units, 0/0 errors']);
  });

  test('an exposure under an older stage than the unit was seen in says nothing', () => {
    const state = open();
    const send = senderTo(state);
    send(1_000, { exposures: [{ unit: 50_000, arm: 'treatment', stage: 1 }] });
    send(2_000, { exposures: [{ unit: 50_000, arm: 'control', stage: 0 }], outcomes: [{ unit: 50_000 }] });
    expect(strataOf(state)).toEqual(['1 new: 0/1 units, 0/1 errors']);
    expect(healthOf(state).ignoredExposures).toBe(1);
  });

  test('a unit seen in an arm that the ramp cannot explain is counted as a crossover and as nothing else', () => {
    const state = open();
    const send = senderTo(state);
    send(1_000, {
      exposures: [
        { unit: 1, arm: 'control' },
        { unit: 20_000, arm: 'control' },
      ],
    });
    send(2_000, { exposures: [{ unit: 1, arm: 'treatment' }], outcomes: [{ unit: 1 }, { unit: 20_000 }] });
    expect(strataOf(state)).toEqual(['0 new: 1/0 units, 1/0 errors']);
    expect(summaryOf(state).crossoverCount).toBe(1);
  });
});

describe('a control sample', () => {
  const sampled = planOf({ controlSamplePpm: 200_000 });

  test('takes shares from what is measured in full: the first treatment and the sample', () => {
    const state = open(sampled);
    const send = senderTo(state);
    send(1_000, {
      exposures: [
        { unit: 0, arm: 'treatment' },
        { unit: 900_000, arm: 'control' },
      ],
    });
    expect(summaryOf(state).strata[0]?.treatmentShare).toBeCloseTo(10_000 / 210_000, 12);
  });

  test('gives no evidence to units that a later stage treats, for their time in control was not measured', () => {
    const state = open(sampled);
    const send = senderTo(state);
    send(1_000, {
      exposures: [
        { unit: 50_000, arm: 'treatment', stage: 1 },
        { unit: 850_000, arm: 'control', stage: 1 },
      ],
    });
    expect(strataOf(state)).toEqual(['1 new: 1/0 units, 0/0 errors']);
  });

  test('ignores control outside the sample, should an SDK report it', () => {
    const state = open(sampled);
    senderTo(state)(1_000, { exposures: [{ unit: 500_000, arm: 'control' }] });
    expect(summaryOf(state).strata).toEqual([]);
    expect(healthOf(state).ignoredExposures).toBe(1);
  });
});

describe('when an outcome counts', () => {
  test('once per unit, guard and stratum, however often it happens', () => {
    const state = open();
    const send = senderTo(state);
    send(1_000, { exposures: [{ unit: 20_000, arm: 'control' }], outcomes: [{ unit: 20_000 }, { unit: 20_000 }] });
    send(2_000, { outcomes: [{ unit: 20_000 }] });
    send(3_000, { exposures: [{ unit: 20_000, arm: 'treatment', stage: 1 }], outcomes: [{ unit: 20_000 }] });
    expect(strataOf(state)).toEqual(['0 new: 1/0 units, 1/0 errors', '1 control of 0: 0/1 units, 0/1 errors']);
  });

  test('however long after its exposure, while the epoch is open', () => {
    const state = open();
    const send = senderTo(state);
    send(1_000, { exposures: [{ unit: 20_000, arm: 'control' }] });
    send(40 * 86_400_000, { outcomes: [{ unit: 20_000 }] });
    expect(strataOf(state)).toEqual(['0 new: 1/0 units, 1/0 errors']);
  });

  test('in the stratum of the latest exposure before it, even when it comes after the next one', () => {
    const state = open();
    const send = senderTo(state);
    send(1_000, { exposures: [{ unit: 20_000, arm: 'control' }] });
    send(9_000, { exposures: [{ unit: 20_000, arm: 'treatment', stage: 1 }] });
    send(9_500, { outcomes: [{ unit: 20_000, ageMs: 4_000 }] });
    expect(strataOf(state)).toEqual(['0 new: 1/0 units, 1/0 errors', '1 control of 0: 0/1 units, 0/0 errors']);
  });

  test('late outcomes are kept or lost alike in both arms', () => {
    const state = open(
      planOf({ stages: [200_000, 400_000, 600_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm })) }),
    );
    const send = senderTo(state);
    const treated = 100_000;
    const control = 900_000;
    for (const stage of [0, 1, 2]) {
      const exposures = [
        { unit: treated, arm: 'treatment', stage } as const,
        { unit: control, arm: 'control', stage } as const,
      ];
      send(stage * 10_000 + 10_000, { exposures });
    }
    // Happened in stage 0, came in stage 2: too late for both, or else treatment would look worse than it is.
    send(31_000, {
      outcomes: [
        { unit: treated, ageMs: 20_500 },
        { unit: control, ageMs: 20_500 },
      ],
    });
    expect(strataOf(state)[0]).toBe('0 new: 1/1 units, 0/0 errors');
  });

  test('exposures come before outcomes of the same instant, whatever their order in the batch', () => {
    const state = open();
    senderTo(state)(1_000, {
      exposures: [
        { unit: 20_000, arm: 'control', ageMs: 10 },
        { unit: 30_000, arm: 'control', ageMs: 500 },
      ],
      outcomes: [
        { unit: 20_000, ageMs: 10 },
        { unit: 30_000, ageMs: 600 },
      ],
    });
    expect(strataOf(state)).toEqual(['0 new: 2/0 units, 1/0 errors']);
    expect(summaryOf(state).waitingOutcomeCount).toBe(1);
  });

  test('it waits for an exposure that comes later but happened before', () => {
    const state = open();
    senderTo(state, 'server')(1_000, { outcomes: [{ unit: 20_000, ageMs: 100 }] });
    expect(summaryOf(state).waitingOutcomeCount).toBe(1);
    senderTo(state, 'browser')(30_000, { exposures: [{ unit: 20_000, arm: 'control', ageMs: 29_500 }] });
    expect(strataOf(state)).toEqual(['0 new: 1/0 units, 1/0 errors']);
    expect(summaryOf(state).waitingOutcomeCount).toBe(0);
  });

  test('it does not count for an exposure that happened after it', () => {
    const state = open();
    const send = senderTo(state);
    send(1_000, { outcomes: [{ unit: 20_000 }] });
    send(2_000, { exposures: [{ unit: 20_000, arm: 'control' }] });
    expect(strataOf(state)).toEqual(['0 new: 1/0 units, 0/0 errors']);
  });

  test('after a minute without its exposure it is unmatched', () => {
    const state = open();
    const send = senderTo(state);
    send(1_000, { outcomes: [{ unit: 20_000 }] });
    send(61_001, { exposures: [{ unit: 20_000, arm: 'control', ageMs: 60_501 }] });
    send(200_000, {});
    expect(strataOf(state)).toEqual(['0 new: 1/0 units, 0/0 errors']);
    expect(summaryOf(state)).toMatchObject({ unmatchedOutcomeCount: 1, waitingOutcomeCount: 0 });
    expect(healthOf(state).unmatchedOutcomes).toBe(1);
  });

  test('only beyond the bound of its metric, and from a browser only where the metric says so', () => {
    const slow: EpochGuard = {
      key: 'slow',
      event: '$duration:new-checkout',
      countsWhen: { above: 1_000 },
      harm: 'up',
      browserEvidence: true,
    };
    const state = open(planOf({ guards: [errors, slow] }));
    const send = senderTo(state, 'browser');
    const durations = [1_000, 1_001].map((value, unit) => ({
      unit: unit + 20_000,
      event: '$duration:new-checkout',
      value,
    }));
    send(1_000, {
      exposures: [
        { unit: 20_000, arm: 'control' },
        { unit: 20_001, arm: 'control' },
      ],
      outcomes: [...durations, { unit: 20_000 }],
    });
    expect(summaryOf(state).strata[0]?.events).toEqual({
      errors: { control: 0, treatment: 0 },
      slow: { control: 1, treatment: 0 },
    });
    expect(summaryOf(state).browserUnitCount).toBe(2);
  });
});

describe('the books of batches', () => {
  test('a repeated batch changes nothing but the count of repeats', () => {
    const state = open();
    const batch = buildBatch({ exposures: [{ unit: 20_000, arm: 'control' }], outcomes: [{ unit: 20_000 }] });
    const record: LogRecord = { kind: 'batch', receivedAtMs: 1_000, origin: 'server', batch };
    applyRecord(state, record);
    const before = healthOf(state);
    applyRecord(state, { ...record, receivedAtMs: 9_000 });
    expect(healthOf(state)).toEqual({ ...before, duplicateBatches: 1 });
    expect(before).toMatchObject({ batches: 1, exposureRows: 1, outcomeRows: 1 });
  });

  test('a gap in the numbers of an instance is loss, and so is what an SDK says it dropped', () => {
    const state = open();
    const send = senderTo(state);
    send(1_000, { seq: 1, dropped: { exposures: 3, outcomes: 4 } });
    send(2_000, { seq: 5 });
    expect(healthOf(state)).toMatchObject({ missingBatches: 3, droppedExposures: 3, droppedOutcomes: 4 });
  });

  test('an instance silent for two days is forgotten', () => {
    const state = open();
    senderTo(state, 'server')(1_000, {});
    const send = senderTo(state, 'browser');
    send(86_500_000, {});
    expect(healthOf(state).instances).toBe(2);
    send(2 * 86_500_000, {});
    expect(healthOf(state).instances).toBe(1);
  });

  test('rows that point nowhere are counted and skipped', () => {
    const state = open();
    const batch = buildBatch({ exposures: [{ unit: 1, arm: 'treatment', stage: 9 }], outcomes: [{ unit: 1 }] });
    const damaged = { ...batch, outcomes: { ...batch.outcomes, unit: [44], event: [3] } };
    applyRecord(state, { kind: 'batch', receivedAtMs: 1_000, origin: 'server', batch: damaged });
    expect(healthOf(state)).toMatchObject({ malformedRows: 2, exposureRows: 1, outcomeRows: 1, units: 0 });
  });

  test('exposures of an epoch that is not open are counted, and their units are not kept', () => {
    const state = open();
    senderTo(state)(1_000, {
      exposures: [
        { unit: 1, arm: 'treatment', epoch: 2 },
        { unit: 1, arm: 'treatment', rolloutId: 'r9' },
      ],
    });
    expect(healthOf(state)).toMatchObject({ unknownRolloutExposures: 2, units: 0 });
  });
});

describe('the newest sign of life', () => {
  test('is the newest exposure, or a count of evaluations of the flag', () => {
    const state = open(planOf({ flagKey: 'new-checkout' }));
    const send = senderTo(state);
    send(1_000, { exposures: [{ unit: 20_000, arm: 'control', ageMs: 400 }] });
    expect(summaryOf(state).lastExposureAtMs).toBe(600);
    const counting = (flag: string, seq: number): LogRecord => {
      const counters = { flags: [flag], variations: ['on'], flag: [0], variation: [0], count: [3] };
      return {
        kind: 'batch',
        receivedAtMs: seq * 1_000,
        origin: 'server',
        batch: { ...buildBatch({ seq, instance: 'server' }), counters },
      };
    };
    applyRecord(state, counting('other', 2));
    expect(summaryOf(state).lastExposureAtMs).toBe(600);
    applyRecord(state, counting('new-checkout', 3));
    expect(summaryOf(state).lastExposureAtMs).toBe(3_000);
    expect(healthOf(state).evaluations).toBe(6);
  });
});

describe('an epoch', () => {
  test('is freed when it closes', () => {
    const state = open();
    senderTo(state)(1_000, { exposures: [{ unit: 1, arm: 'treatment' }] });
    applyRecord(state, { kind: 'epoch-closed', atMs: 2_000, rolloutId: 'r1', epoch: 1 });
    expect(summarize(state, 'r1', 1)).toBeUndefined();
    expect(healthOf(state)).toMatchObject({ openEpochs: 0, units: 0, bytes: 0 });
    expect(state.feeds.size).toBe(0);
  });

  test('takes no more units than its memory holds, of either arm', () => {
    const state = open(planOf(), { limits: { epochBytesMax: 52 * 3 } });
    const exposures = [1, 2, 20_000, 3, 30_000].map(
      (unit) => ({ unit, arm: unit < 10_000 ? 'treatment' : 'control' }) as const,
    );
    const send = senderTo(state);
    send(1_000, { exposures });
    send(2_000, { outcomes: exposures.map(({ unit }) => ({ unit })) });
    expect(strataOf(state)).toEqual(['0 new: 1/2 units, 1/2 errors']);
    expect(healthOf(state)).toMatchObject({ units: 3, overflowExposures: 2 });
  });
});

describe('whom a record says something of', () => {
  test('are the rollouts that it counts for, and none that an outcome only waits in', () => {
    const state = open();
    applyRecord(state, { kind: 'epoch-opened', atMs: 0, plan: planOf({ rolloutId: 'r2' }) });
    expect([...state.touched]).toEqual(['r1', 'r2']);
    state.touched.clear();
    const send = senderTo(state);
    send(1_000, { outcomes: [{ unit: 5 }] });
    expect([...state.touched]).toEqual([]);
    send(2_000, { exposures: [{ unit: 5, arm: 'treatment', rolloutId: 'r2', ageMs: 1_500 }] });
    expect([...state.touched]).toEqual(['r2']);
    state.touched.clear();
    send(3_000, { outcomes: [{ unit: 5 }] });
    expect([...state.touched]).toEqual(['r2']);
  });
});
