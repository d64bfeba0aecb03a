import { type BatchParts, type BuiltOutcome, buildBatch } from '@tidegate/testkit';
import { describe, expect, test } from 'vitest';
import { applyRecord } from './apply-record.ts';
import type { EpochGuard, EpochPlan } from './epoch.ts';
import { createEvidence, type EvidenceOptions, type EvidenceState, healthOf } from './evidence-state.ts';
import { binsOf, lowestOf } from './histogram-bins.ts';
import { summarize } from './summarize.ts';
import type { EvidenceSummary } from './summary.ts';

// A unit's position on the ring is its own number: 1 is treated from stage 0 on, 50 000 from stage 1, 500 000 at 100 %.
const positionPpm = (h0: number) => h0;
const [TREATED, LATER, CONTROL] = [1, 50_000, 500_000];
const MINUTE = 60_000;

const shared = { key: 'm', event: 'buy', harm: 'down', browserEvidence: false } as const;
const mean: EpochGuard = { ...shared, kind: 'mean', windowMs: MINUTE };

function open(guards: readonly EpochGuard[], options: Partial<EvidenceOptions & EpochPlan> = {}): EvidenceState {
  const stages = [{ treatmentPpm: 10_000 }, { treatmentPpm: 100_000 }, { treatmentPpm: 1_000_000 }];
  const plan = { rolloutId: 'r1', epoch: 1, salt: 's', seed: 7, stages, guards, ...options };
  return applyRecord(createEvidence({ positionPpm, ...options }), { kind: 'epoch-opened', atMs: 0, plan });
}

/** Sends batches of one SDK instance, one after the other. */
function senderTo(state: EvidenceState) {
  let seq = 0;
  return (receivedAtMs: number, parts: BatchParts) => {
    const batch = buildBatch({ seq: ++seq, ...parts });
    applyRecord(state, { kind: 'batch', receivedAtMs, origin: 'server', batch });
  };
}

const buys = (unit: number, ...values: number[]): BuiltOutcome[] =>
  values.map((value) => ({ unit, event: 'buy', value }));

function summaryOf(state: EvidenceState): EvidenceSummary {
  const summary = summarize(state, 'r1', 1);
  if (summary === undefined) throw new Error('The epoch is not open.');
  return summary;
}

const sumsOf = (state: EvidenceState) => summaryOf(state).guards[0]?.sums;

/** The pending increments of the first guard, by stratum. */
const pendingOf = (state: EvidenceState) =>
  summaryOf(state).ticks?.pending.strata.flatMap(({ stageIndex, guards }) => {
    const sums = guards['m'];
    return sums === undefined ? [] : [{ stageIndex, ...sums }];
  });

const none = { units: 0, sum: 0, sumSquares: 0, kind: 'mean' };

describe('a window', () => {
  test('says nothing of a unit before it ends, and then all at once, also of a unit that did nothing', () => {
    const state = open([mean]);
    const send = senderTo(state);
    send(1_000, {
      exposures: [
        { unit: TREATED, arm: 'treatment' },
        { unit: CONTROL, arm: 'control' },
      ],
    });
    send(5_000, { outcomes: buys(TREATED, 3, 4) });
    expect(sumsOf(state)).toEqual({ control: none, treatment: none });
    send(61_000, {});
    expect(sumsOf(state)).toEqual({
      control: { ...none, units: 1 },
      treatment: { ...none, units: 1, sum: 7, sumSquares: 49 },
    });
  });

  test('reaches as far as its length after the exposure, by when things happened', () => {
    const state = open([mean]);
    const send = senderTo(state);
    send(10_000, { exposures: [{ unit: CONTROL, arm: 'control', ageMs: 5_000 }] });
    send(67_000, {
      outcomes: [
        { unit: CONTROL, event: 'buy', value: 1, ageMs: 2_001 },
        { unit: CONTROL, event: 'buy', value: 10, ageMs: 2_000 },
      ],
    });
    send(70_000, {});
    expect(sumsOf(state)?.control).toEqual({ kind: 'mean', units: 1, sum: 1, sumSquares: 1 });
  });

  test('never opens again: what comes late is too late, in either arm', () => {
    const state = open([mean]);
    const send = senderTo(state);
    send(1_000, {
      exposures: [
        { unit: TREATED, arm: 'treatment' },
        { unit: CONTROL, arm: 'control' },
      ],
    });
    const late = [TREATED, CONTROL].map((unit) => ({ unit, event: 'buy', value: 9, ageMs: 30_000 }));
    send(61_000, { outcomes: late });
    send(500_000, { outcomes: late });
    expect(sumsOf(state)).toEqual({ control: { ...none, units: 1 }, treatment: { ...none, units: 1 } });
    expect(healthOf(state).waitingOutcomes).toBe(0);
  });

  test('of a unit that moves on settles in the stratum that it began in, with what happened before the move', () => {
    const state = open([mean]);
    const send = senderTo(state);
    send(1_000, { exposures: [{ unit: LATER, arm: 'control' }], outcomes: buys(LATER, 2) });
    send(20_000, { exposures: [{ unit: LATER, arm: 'treatment', stage: 1 }], outcomes: buys(LATER, 30) });
    send(22_000, { outcomes: [{ unit: LATER, event: 'buy', value: 5, ageMs: 10_000 }] });
    send(61_000, {});
    expect(pendingOf(state)).toEqual([
      { stageIndex: 0, control: { kind: 'mean', units: 1, sum: 7, sumSquares: 49 }, treatment: none },
    ]);
    send(80_000, {});
    expect(pendingOf(state)).toEqual([
      { stageIndex: 1, control: none, treatment: { kind: 'mean', units: 1, sum: 30, sumSquares: 900 } },
    ]);
  });

  test('is given up when its unit turns out to be a crossover', () => {
    const state = open([mean]);
    const send = senderTo(state);
    send(1_000, { exposures: [{ unit: CONTROL, arm: 'control' }], outcomes: buys(CONTROL, 2) });
    send(2_000, { exposures: [{ unit: CONTROL, arm: 'treatment' }] });
    send(70_000, {});
    expect(sumsOf(state)).toEqual({ control: none, treatment: none });
  });

  test('takes in each of the outcomes that came before their exposure', () => {
    const state = open([mean]);
    const send = senderTo(state);
    send(1_000, { outcomes: buys(CONTROL, 2, 3) });
    send(1_500, { outcomes: buys(CONTROL, 4) });
    send(9_000, { exposures: [{ unit: CONTROL, arm: 'control', ageMs: 8_500 }] });
    send(70_000, {});
    expect(sumsOf(state)?.control).toMatchObject({ units: 1, sum: 9 });
  });

  test('for which there is no room is not opened, and hands nothing to another', () => {
    // A unit with a window takes 91 bytes, and half of the memory is for units.
    const state = open([mean], { limits: { epochBytesMax: 2 * 91 * 2 } });
    const send = senderTo(state);
    send(1_000, { exposures: [CONTROL, LATER].map((unit) => ({ unit, arm: 'control' })) });
    send(2_000, { exposures: [{ unit: LATER, arm: 'treatment', stage: 1 }], outcomes: buys(LATER, 5) });
    send(90_000, {});
    expect(sumsOf(state)).toEqual({ control: { ...none, units: 2 }, treatment: none });
    expect(healthOf(state)).toMatchObject({ units: 2, overflowWindows: 1 });
  });
});

describe('a binary metric with a window', () => {
  const bought: EpochGuard = { ...shared, kind: 'binary', windowMs: MINUTE };

  test('tells units and events together, when the window ends', () => {
    const state = open([bought]);
    const send = senderTo(state);
    send(1_000, {
      exposures: [CONTROL, CONTROL + 1].map((unit) => ({ unit, arm: 'control' })),
      outcomes: buys(CONTROL, 1, 1, 1),
    });
    expect(summaryOf(state).strata[0]).toMatchObject({ units: { control: 2 }, events: { m: { control: 0 } } });
    send(61_000, {});
    expect(sumsOf(state)?.control).toEqual({ kind: 'rate', units: 2, events: 1 });
    expect(summaryOf(state).strata[0]?.events).toEqual({ m: { control: 1, treatment: 0 } });
    expect(summaryOf(state).ticks?.config.guards).toMatchObject([{ kind: 'rate', law: 'hypergeometric' }]);
  });
});

describe('a count, a mean and a ratio', () => {
  test('count what counts, sum values, and cut what is beyond the cap, either way', () => {
    const guards: EpochGuard[] = [
      { ...shared, key: 'times', kind: 'count', windowMs: MINUTE, countsWhen: { above: 1 }, capAt: 2 },
      { ...shared, key: 'revenue', kind: 'mean', windowMs: MINUTE, capAt: 10 },
    ];
    const state = open(guards);
    const send = senderTo(state);
    send(1_000, {
      exposures: [CONTROL, CONTROL + 1].map((unit) => ({ unit, arm: 'control' })),
      outcomes: [...buys(CONTROL, 1, 2, 3, 4), ...buys(CONTROL + 1, -50, 1)],
    });
    send(61_000, {});
    expect(summaryOf(state).guards.map(({ sums }) => sums?.control)).toEqual([
      { kind: 'mean', units: 2, sum: 2, sumSquares: 4 },
      { kind: 'mean', units: 2, sum: 0, sumSquares: 200 },
    ]);
  });

  test('relate the values of two events, with the sums that the delta method needs', () => {
    const ratio: EpochGuard = { ...shared, kind: 'ratio', perEvent: 'visit', windowMs: MINUTE };
    const state = open([ratio]);
    const send = senderTo(state);
    const visits = [CONTROL, CONTROL, CONTROL + 1].map((unit) => ({ unit, event: 'visit' }));
    send(1_000, {
      exposures: [CONTROL, CONTROL + 1].map((unit) => ({ unit, arm: 'control' })),
      outcomes: [...visits, ...buys(CONTROL, 5)],
    });
    send(61_000, {});
    expect(sumsOf(state)?.control).toEqual({
      kind: 'ratio',
      units: 2,
      sumY: 5,
      sumZ: 3,
      sumYY: 25,
      sumZZ: 5,
      sumYZ: 10,
    });
  });

  test('stay numbers whatever values are sent', () => {
    const state = open([mean]);
    const send = senderTo(state);
    send(1_000, {
      exposures: [{ unit: CONTROL, arm: 'control' }],
      outcomes: buys(CONTROL, 1e308, 1e308, -1e308, Number.MAX_VALUE),
    });
    send(61_000, {});
    expect(sumsOf(state)?.control).toEqual({ kind: 'mean', units: 1, sum: 1e12, sumSquares: 1e24 });
  });
});

describe('a histogram', () => {
  const latency: EpochGuard = { ...shared, kind: 'histogram', harm: 'up' };

  test('takes the first value of a unit in each stratum', () => {
    const state = open([latency]);
    const send = senderTo(state);
    send(1_000, { exposures: [{ unit: LATER, arm: 'control' }], outcomes: buys(LATER, 100, 200) });
    send(2_000, { exposures: [{ unit: LATER, arm: 'treatment', stage: 1 }], outcomes: buys(LATER, 0.2) });
    const bins = binsOf({});
    const [[bin, count] = []] = Object.entries(barsOf(state, 'control'));
    expect(count).toBe(1);
    expect(lowestOf(bins, Number(bin))).toBeLessThanOrEqual(100);
    expect(lowestOf(bins, Number(bin) + 1)).toBeGreaterThan(100);
    expect(barsOf(state, 'treatment')).toEqual({ 0: 1 });
  });

  test('adds up over ticks, and its pending increments are the last one alone', () => {
    const state = open([latency]);
    const send = senderTo(state);
    const exposures = [CONTROL, CONTROL + 1].map((unit) => ({ unit, arm: 'control' as const }));
    send(1_000, { exposures, outcomes: buys(CONTROL, 60_000) });
    send(12_000, { outcomes: buys(CONTROL + 1, 1e9) });
    const { binCount } = binsOf({});
    expect(barsOf(state, 'control')).toEqual({ [binCount - 1]: 2 });
    expect(pendingOf(state)).toMatchObject([{ control: { bins: { [binCount - 1]: 1 } } }]);
  });

  function barsOf(state: EvidenceState, arm: 'control' | 'treatment') {
    const sums = sumsOf(state)?.[arm];
    return sums?.kind === 'histogram' ? sums.bins : {};
  }
});

describe('a limit', () => {
  const limited: EpochGuard = { ...shared, harm: 'up', maxRate: 0.1 };

  test('counts each treated unit once, whatever stages it meets, also at 100 % and beside a control sample', () => {
    const state = open([limited], { controlSamplePpm: 300_000 });
    const send = senderTo(state);
    const outside = 400_000;
    send(1_000, { exposures: [{ unit: TREATED, arm: 'treatment' }] });
    for (const stage of [1, 2]) {
      send(stage * 20_000, {
        exposures: [
          { unit: TREATED, arm: 'treatment', stage },
          ...(stage === 2 ? [{ unit: outside, arm: 'treatment' as const, stage }] : []),
        ],
        outcomes: [...buys(TREATED, 1), ...(stage === 2 ? buys(outside, 1) : [])],
      });
    }
    expect(summaryOf(state).guards[0]?.limit).toEqual({ maxRate: 0.1, units: 2, events: 2 });
  });

  test('tells the outcomes of units that came before bets were begun anew', () => {
    const state = open([limited], { stageIndex: 0 });
    const send = senderTo(state);
    const [early, fresh] = [TREATED, TREATED + 1];
    send(1_000, { exposures: [{ unit: early, arm: 'treatment' }] });
    applyRecord(state, { kind: 'stage-entered', atMs: 2_000, rolloutId: 'r1', epoch: 1, stageIndex: 1 });
    send(11_000, {
      exposures: [{ unit: fresh, arm: 'treatment', stage: 1 }],
      outcomes: [...buys(early, 1), ...buys(fresh, 1)],
    });
    expect(summaryOf(state).ticks?.pending.strata.at(-1)?.guards['m:limit']?.treatment).toEqual({
      kind: 'rate',
      units: 1,
      events: 2,
      lateEvents: 1,
    });
    send(21_000, { exposures: [{ unit: fresh + 1, arm: 'treatment', stage: 1 }] });
    expect(summaryOf(state).ticks?.pending.strata.at(-1)?.guards['m:limit']?.treatment).not.toHaveProperty(
      'lateEvents',
    );
  });

  test('is told to the engine under a key of its own, in a stratum without a coin', () => {
    const state = open([limited]);
    senderTo(state)(1_000, { exposures: [{ unit: TREATED, arm: 'treatment' }], outcomes: buys(TREATED, 1) });
    const { config, pending } = summaryOf(state).ticks ?? {};
    expect(config?.guards.at(-1)).toEqual({ key: 'm:limit', kind: 'limit', maxRate: 0.1 });
    expect(pending?.strata.at(-1)).toMatchObject({
      treatmentShare: 1,
      units: { control: 0, treatment: 0 },
      guards: { 'm:limit': { treatment: { units: 1, events: 1 } } },
    });
  });

  test('on a window counts a unit when its first treated window ends', () => {
    const state = open([{ ...limited, kind: 'binary', windowMs: MINUTE }]);
    const send = senderTo(state);
    send(1_000, { exposures: [{ unit: LATER, arm: 'control' }], outcomes: buys(LATER, 1) });
    send(2_000, { exposures: [{ unit: LATER, arm: 'treatment', stage: 1 }] });
    send(3_000, { exposures: [{ unit: LATER, arm: 'treatment', stage: 2 }], outcomes: buys(LATER, 1) });
    send(70_000, {});
    expect(summaryOf(state).guards[0]?.limit).toEqual({ maxRate: 0.1, units: 1, events: 0 });
  });
});
