import { type BuiltExposure, type BuiltOutcome, buildBatch } from '@tidegate/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyRecord } from './apply-record.ts';
import type { EpochPlan, LogRecord } from './epoch.ts';
import { createEvidence, type EvidenceState, healthOf } from './evidence-state.ts';
import { restoreEvidence } from './restore-evidence.ts';
import { serializeEvidence, serializeInParts } from './serialize-evidence.ts';
import { summarize } from './summarize.ts';

const positionPpm = (h0: number) => (h0 * 7_919) % 1_000_000;
const limits = { epochBytesMax: 7_400, waitingUnitsMax: 12, instancesMax: 4, instanceSilenceMs: 400_000 };

const plan: EpochPlan = {
  rolloutId: 'r1',
  epoch: 1,
  salt: 'smörgåsbord ✓',
  seed: 0,
  stages: [{ treatmentPpm: 200_000 }, { treatmentPpm: 500_000 }, { treatmentPpm: 1_000_000 }],
  guards: [
    { key: 'errors', event: '$error:new-checkout', harm: 'up', browserEvidence: false },
    { key: 'slow', event: 'load', countsWhen: { above: 2 }, harm: 'up', browserEvidence: true, maxRate: 0.2 },
    {
      key: 'bought',
      event: 'buy',
      kind: 'binary',
      windowMs: 30_000,
      harm: 'down',
      browserEvidence: true,
      maxRate: 0.5,
    },
    { key: 'loads', event: 'load', kind: 'count', windowMs: 30_000, capAt: 3, harm: 'down', browserEvidence: true },
    { key: 'revenue', event: 'buy', kind: 'mean', windowMs: 600_000, capAt: 5, harm: 'down', browserEvidence: true },
    {
      key: 'basket',
      event: 'buy',
      kind: 'ratio',
      perEvent: 'load',
      windowMs: 30_000,
      harm: 'down',
      browserEvidence: true,
    },
    { key: 'latency', event: 'load', kind: 'histogram', min: 0.5, max: 3.5, harm: 'up', browserEvidence: true },
  ],
};

const unit = fc.nat({ max: 40 });
const ageMs = fc.nat({ max: 90_000 });
const exposure = fc.record<BuiltExposure>({
  unit,
  ageMs,
  stage: fc.nat({ max: 2 }),
  epoch: fc.constantFrom(1, 1, 2),
  arm: fc.constantFrom('control', 'treatment'),
});
/** Mostly the arm that the ramp gives; now and then a crossover. */
const exposures = fc.array(fc.tuple(exposure, fc.nat({ max: 20 })), { maxLength: 12 }).map((rows) =>
  rows.map(([row, stray]) => {
    if (stray === 0) return row;
    const isTreated = positionPpm(row.unit) < (plan.stages[row.stage ?? 0]?.treatmentPpm ?? 0);
    return { ...row, arm: isTreated ? ('treatment' as const) : ('control' as const) };
  }),
);
const outcomes = fc.array(
  fc.record<BuiltOutcome>({
    unit,
    ageMs,
    event: fc.constantFrom('$error:new-checkout', 'load', 'buy', 'unheard'),
    value: fc.integer({ min: -4, max: 40 }).map((tenths) => tenths / 10),
  }),
  { maxLength: 12 },
);

const batches = fc
  .array(
    fc.record({
      instance: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      origin: fc.constantFrom<'server' | 'browser'>('server', 'browser'),
      elapsedMs: fc.oneof(fc.nat({ max: 20_000 }), fc.constant(500_000)),
      exposures,
      outcomes,
    }),
    { maxLength: 25 },
  )
  .map((sends) => {
    const sent = new Map<string, number>();
    let receivedAtMs = 1_000_000;
    return sends.map(({ instance, origin, elapsedMs, ...parts }): LogRecord => {
      const seq = (sent.get(instance) ?? 0) + 1;
      sent.set(instance, seq);
      receivedAtMs += elapsedMs;
      return { kind: 'batch', receivedAtMs, origin, batch: buildBatch({ instance, seq, ...parts }) };
    });
  });

const logs = fc.tuple(batches, fc.nat(), fc.boolean()).map(([records, place, closes]): readonly LogRecord[] => [
  { kind: 'epoch-opened', atMs: 0, plan },
  ...records.toSpliced(place % (records.length + 1), 0, {
    kind: 'epoch-opened',
    atMs: 0,
    plan: { ...plan, epoch: 2 },
  }),
  ...(closes ? [{ kind: 'epoch-closed', atMs: 0, rolloutId: 'r1', epoch: 2 } as const] : []),
]);

function apply(records: readonly LogRecord[], state: EvidenceState = createEvidence({ positionPpm, limits })) {
  return records.reduce(applyRecord, state);
}

function summariesOf(state: EvidenceState) {
  return [1, 2].map((epoch) => summarize(state, 'r1', epoch));
}

/** Comparing them as lists takes longer than everything else. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

describe('the log', () => {
  test('applied in two pieces with a checkpoint between gives the same books, to the byte', () => {
    fc.assert(
      fc.property(logs, fc.nat(), (records, place) => {
        const cut = place % (records.length + 1);
        const restored = restoreEvidence(serializeEvidence(apply(records.slice(0, cut))), { positionPpm });
        const inPieces = apply(records.slice(cut), restored);
        const inOne = apply(records);
        expect(summariesOf(inPieces)).toEqual(summariesOf(inOne));
        expect(healthOf(inPieces)).toEqual(healthOf(inOne));
        expect(isSame(serializeEvidence(inPieces), serializeEvidence(inOne))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('with repeats of earlier batches strewn in gives the same evidence', () => {
    const kept = { ...limits, instancesMax: 1_000, instanceSilenceMs: 1e12 };
    fc.assert(
      fc.property(logs, fc.array(fc.tuple(fc.nat(), fc.nat())), (records, repeats) => {
        const noisy = [...records];
        for (const [what, where] of repeats) {
          const from = what % noisy.length;
          const repeat = noisy[from];
          const to = from + 1 + (where % (noisy.length - from));
          if (repeat?.kind === 'batch') noisy.splice(to, 0, repeat);
        }
        const clean = apply(records, createEvidence({ positionPpm, limits: kept }));
        const doubled = apply(noisy, createEvidence({ positionPpm, limits: kept }));
        expect(summariesOf(doubled)).toEqual(summariesOf(clean));
        const { duplicateBatches, ...health } = healthOf(doubled);
        expect(health).toEqual({ ...healthOf(clean), duplicateBatches: undefined });
        expect(duplicateBatches).toBe(noisy.length - records.length);
      }),
      { numRuns: 30 },
    );
  });

  test('gives each epoch the evidence that it would have had alone', () => {
    const roomy = { ...limits, waitingUnitsMax: 1_000 };
    fc.assert(
      fc.property(logs, (records) => {
        const together = apply(records, createEvidence({ positionPpm, limits: roomy }));
        for (const epoch of [1, 2]) {
          const own = records.filter((record) => record.kind !== 'epoch-opened' || record.plan.epoch === epoch);
          const alone = apply(own, createEvidence({ positionPpm, limits: roomy }));
          // When it is noticed that an outcome waited in vain depends on who else looks for it.
          const unnoticed = { waitingOutcomeCount: 0, unmatchedOutcomeCount: 0 };
          const evidence = { ...summarize(together, 'r1', epoch), ...unnoticed };
          expect(evidence).toEqual({ ...summarize(alone, 'r1', epoch), ...unnoticed });
        }
      }),
      { numRuns: 30 },
    );
  });

  test('does not depend on how tables are laid out in memory', () => {
    fc.assert(
      fc.property(logs, fc.integer(), (records, tableSeed) => {
        const other = apply(records, createEvidence({ positionPpm, limits, tableSeed }));
        expect(isSame(serializeEvidence(other), serializeEvidence(apply(records)))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a checkpoint', () => {
  const bytes = serializeEvidence(
    apply([
      { kind: 'epoch-opened', atMs: 0, plan },
      { kind: 'batch', receivedAtMs: 1_000, origin: 'server', batch: buildBatch({ outcomes: [{ unit: 1 }] }) },
    ]),
  );

  test('that is written in parts is of the moment when it began, whatever is counted until the last', () => {
    fc.assert(
      fc.property(logs, fc.nat(), fc.integer({ min: 1, max: 5_000 }), (records, place, partBytes) => {
        const cut = place % (records.length + 1);
        const state = apply(records.slice(0, cut));
        const whole = serializeEvidence(state);
        const parts = serializeInParts(state, partBytes)[Symbol.iterator]();
        const written: Uint8Array[] = [];
        for (const record of records.slice(cut)) {
          applyRecord(state, record);
          const { done, value } = parts.next();
          if (done !== true) written.push(value);
        }
        written.push(...{ [Symbol.iterator]: () => parts });
        expect(isSame(Uint8Array.from(written.flatMap((part) => [...part])), whole)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test('is refused when any bit is flipped', () => {
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), (bit) => {
        const damaged = Uint8Array.from(bytes);
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() => restoreEvidence(damaged, { positionPpm })).toThrow(/checkpoint/);
      }),
    );
  });

  test('is refused when it is cut short, and when it is of another version', () => {
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), (length) => {
        expect(() => restoreEvidence(bytes.subarray(0, length), { positionPpm })).toThrow(/damaged/);
      }),
    );
    const newer = Uint8Array.from(bytes);
    newer[4] = 5;
    expect(() => restoreEvidence(newer, { positionPpm })).toThrow('version 5, expected 4');
  });
});
