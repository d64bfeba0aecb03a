import { type BuiltExposure, type BuiltOutcome, buildBatch } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyRecord } from './apply-record.ts';
import type { EpochPlan } from './epoch.ts';
import { createEvidence } from './evidence-state.ts';
import { summarize } from './summarize.ts';

const WINDOW_MS = 60_000;
const plan: EpochPlan = {
  rolloutId: 'r1',
  epoch: 1,
  salt: 's',
  seed: 0,
  stages: [{ treatmentPpm: 200_000 }, { treatmentPpm: 600_000 }, { treatmentPpm: 1_000_000 }],
  guards: [
    { key: 'm', event: 'buy', kind: 'mean', windowMs: WINDOW_MS, harm: 'down', browserEvidence: false },
    { key: 'once', event: 'buy', kind: 'binary', windowMs: WINDOW_MS, harm: 'down', browserEvidence: false },
    { key: 'short', event: 'buy', kind: 'count', windowMs: WINDOW_MS / 4, harm: 'down', browserEvidence: false },
  ],
};

// One unit per tenth of the ring, so that units of each stage are there.
const unit = fc.nat({ max: 9 }).map((tenth) => tenth * 100_000 + 50_000);
/** What happens, in order of time and told at once: the books then know what the model knows. */
const happenings = fc
  .array(
    fc.record({
      // Never two things at once: which of them was first would be for the batch to say.
      afterMs: fc.oneof(fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 1, max: 90_000 })),
      unit,
      what: fc.oneof(
        fc.record({ kind: fc.constant('exposure' as const), raises: fc.boolean() }),
        fc.record({ kind: fc.constant('outcome' as const), value: fc.integer({ min: -5, max: 20 }) }),
      ),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let [atMs, stage] = [0, 0];
    return steps.map(({ afterMs, unit, what }) => {
      atMs += afterMs;
      if (what.kind === 'exposure' && what.raises) stage = Math.min(stage + 1, plan.stages.length - 1);
      return { atMs, unit, stage, what };
    });
  });

type Happening = (typeof happenings extends fc.Arbitrary<infer Steps> ? Steps : never)[number];

/** By hand: windows per unit and stage, each from its exposure to the next, and no longer than its length. */
function modelled(steps: readonly Happening[], windowMs: number) {
  const windows: { unit: number; stage: number; sinceMs: number; untilMs: number; values: number[] }[] = [];
  for (const { atMs, unit, stage, what } of steps) {
    const current = windows.findLast((window) => window.unit === unit);
    if (what.kind === 'outcome') {
      if (current !== undefined && atMs < current.untilMs) current.values.push(what.value);
    } else if (current === undefined || current.stage < stage) {
      windows.push({ unit, stage, sinceMs: atMs, untilMs: atMs + windowMs, values: [] });
    }
  }
  const treated = (window: { unit: number; stage: number }) =>
    window.unit < (plan.stages[window.stage]?.treatmentPpm ?? 0);
  // Units that were treated before carry no evidence.
  const counted = windows.filter(
    (window, index) => !windows.slice(0, index).some((before) => before.unit === window.unit && treated(before)),
  );
  const of = (isTreatment: boolean) => counted.filter((window) => treated(window) === isTreatment);
  return { control: of(false), treatment: of(true) };
}

test('a unit adds to a stratum what it did in its window there, once, whatever it did before, after and elsewhere', () => {
  fc.assert(
    fc.property(happenings, fc.boolean(), (steps, inOneBatch) => {
      const state = createEvidence({ positionPpm: (h0) => h0 });
      applyRecord(state, { kind: 'epoch-opened', atMs: 0, plan });
      const endMs = (steps.at(-1)?.atMs ?? 0) + WINDOW_MS;
      let seq = 0;
      const send = (receivedAtMs: number, happened: readonly Happening[]) => {
        const batch = buildBatch({ seq: ++seq, ...rowsOf(happened, receivedAtMs) });
        applyRecord(state, { kind: 'batch', receivedAtMs, origin: 'server', batch });
      };
      if (inOneBatch) send(endMs, steps);
      else for (const step of steps) send(step.atMs, [step]);
      send(endMs + WINDOW_MS, []);
      const [mean, once, short] = summarize(state, 'r1', 1)?.guards ?? [];
      for (const arm of ['control', 'treatment'] as const) {
        const totals = modelled(steps, WINDOW_MS)[arm].map(({ values }) => values);
        const sums = totals.map((values) => values.reduce((sum, value) => sum + value, 0));
        expect(mean?.sums?.[arm]).toEqual({
          kind: 'mean',
          units: sums.length,
          sum: sums.reduce((sum, total) => sum + total, 0),
          sumSquares: sums.reduce((sum, total) => sum + total * total, 0),
        });
        const events = totals.filter((values) => values.length > 0).length;
        expect(once?.sums?.[arm]).toEqual({ kind: 'rate', units: sums.length, events });
        const counts = modelled(steps, WINDOW_MS / 4)[arm].map(({ values }) => values.length);
        expect(short?.sums?.[arm]).toMatchObject({ sum: counts.reduce((sum, count) => sum + count, 0) });
      }
    }),
  );
});

function rowsOf(happened: readonly Happening[], receivedAtMs: number) {
  const exposures: BuiltExposure[] = [];
  const outcomes: BuiltOutcome[] = [];
  for (const { atMs, unit, stage, what } of happened) {
    const row = { unit, ageMs: receivedAtMs - atMs };
    if (what.kind === 'outcome') outcomes.push({ ...row, event: 'buy', value: what.value });
    else {
      const arm = unit < (plan.stages[stage]?.treatmentPpm ?? 0) ? 'treatment' : 'control';
      exposures.push({ ...row, stage, arm });
    }
  }
  return { exposures, outcomes };
}
