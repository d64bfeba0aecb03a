import {
  applyRecord,
  assess,
  createEvidence,
  type EpochPlan,
  type EventBatch,
  type EvidenceState,
  healthOf,
  type LogRecord,
  restoreEvidence,
  serializeEvidence,
  summarize,
} from '@tidegate/analysis';
import { positionPpm, seedOf, unitHashes } from '@tidegate/evaluation';
import { type BenchTable, median } from './table.ts';

const UNITS = 500_000;
const UNITS_PER_BATCH = 500;
const OUTCOMES_PER_UNIT = 0.2;
const ROUNDS = 5;
const ASSESSMENTS = 2_000;

const plan: EpochPlan = {
  rolloutId: 'r1',
  epoch: 1,
  salt: 'bench',
  seed: seedOf('bench'),
  stages: [10_000, 50_000, 250_000, 500_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm })),
  guards: [
    { key: 'run-errors', event: '$error:checkout', harm: 'up', browserEvidence: false },
    { key: 'purchases', event: 'purchase', harm: 'down', browserEvidence: true },
  ],
};

/** Events per second into the books, the size and time of a checkpoint, and the cost of one look. */
export async function analysisBench(): Promise<BenchTable> {
  const units = Array.from({ length: UNITS }, (_, index) => unitHashes(`user-${index}`));
  const hears = (stage: number, instance: string, hasExposures = true) =>
    recordsOf(units, { stage, instance, hasExposures });
  const [first, second, repeated] = [hears(0, 'one'), hears(1, 'one'), hears(1, 'two')];
  const [parsed, stray] = [first.map((record) => JSON.stringify(record)), hears(0, 'three', false)];
  const apply = (records: readonly LogRecord[], state: EvidenceState) => records.reduce(applyRecord, state);
  const opened = () => apply([{ kind: 'epoch-opened', atMs: 0, plan }], createEvidence({ positionPpm }));

  const rates: Record<string, number[]> = {};
  const time = (name: string, events: number, run: () => void) => {
    const startedAtMs = performance.now();
    run();
    const tookMs = performance.now() - startedAtMs;
    rates[name] = [...(rates[name] ?? []), events / tookMs];
  };
  const events = UNITS * (1 + OUTCOMES_PER_UNIT);
  let state = opened();
  let bytes: Uint8Array = new Uint8Array();
  for (let round = 0; round < ROUNDS; round++) {
    state = opened();
    time('floor: JSON.parse of the batches', events, () => void parsed.map((text) => JSON.parse(text)));
    time('new units and their outcomes', events, () => apply(first, state));
    time('the same units in the next stage', events, () => apply(second, state));
    time('the same again, from another SDK', events, () => apply(repeated, state));
    time('outcomes of units never exposed', UNITS * OUTCOMES_PER_UNIT, () => apply(stray, opened()));
    time('checkpoint written', UNITS, () => {
      bytes = serializeEvidence(state);
    });
    time('checkpoint restored', UNITS, () => restoreEvidence(bytes, { positionPpm }));
  }
  const lookUs = measureLookUs(state);
  const perUnit = (count: number) => `${(count / UNITS).toFixed(0)} bytes a unit`;
  return {
    title: 'Analysis: the books of events, and one look at them',
    method:
      `${UNITS.toLocaleString('en')} units of real hashes in batches of ${UNITS_PER_BATCH} with ${OUTCOMES_PER_UNIT} outcomes ` +
      `a unit, one rollout with two guards, one core, batches parsed beforehand; medians of ${ROUNDS} rounds. ` +
      "A checkpoint's rate is in units. A look is summarize and assess, five stages, two guards, all strata in use.",
    rows: [
      ...Object.entries(rates).map(([what, perMs]) => ({ what, rate: `${(median(perMs) / 1e3).toFixed(2)} M/s` })),
      { what: 'memory of the books', rate: perUnit(healthOf(state).bytes) },
      { what: 'checkpoint', rate: perUnit(bytes.length) },
      { what: 'one look', rate: `${lookUs.toFixed(0)} µs` },
    ],
  };
}

function measureLookUs(state: EvidenceState): number {
  for (const stage of [2, 3, 4]) {
    const visitors = Array.from({ length: 5_000 * stage }, (_, index) => unitHashes(`user-${index}`));
    for (const record of recordsOf(visitors, { stage, instance: `stage ${stage}`, hasExposures: true }))
      applyRecord(state, record);
  }
  const startedAtMs = performance.now();
  for (let look = 0; look < ASSESSMENTS; look++) {
    const summary = summarize(state, 'r1', 1);
    if (summary === undefined) throw new Error('the epoch of the benchmark is not open');
    const guards = plan.guards.map(({ key }) => ({ metric: key, weight: 1 }));
    assess({ summary, guards, alpha: 0.05, stageIndex: 3, stage: { treatmentPpm: 500_000, safeRatio: 1.2 } });
  }
  return ((performance.now() - startedAtMs) * 1e3) / ASSESSMENTS;
}

interface Visit {
  readonly stage: number;
  readonly instance: string;
  readonly hasExposures: boolean;
}

function recordsOf(units: readonly { h0: number; h1: number }[], visit: Visit): readonly LogRecord[] {
  return Array.from({ length: Math.ceil(units.length / UNITS_PER_BATCH) }, (_, index) => ({
    kind: 'batch' as const,
    receivedAtMs: 1_000_000 + visit.stage * 100_000 + index,
    origin: 'server' as const,
    batch: batchOf(units.slice(index * UNITS_PER_BATCH, (index + 1) * UNITS_PER_BATCH), { ...visit, index }),
  }));
}

function batchOf(units: readonly { h0: number; h1: number }[], visit: Visit & { index: number }): EventBatch {
  const { stage, instance, hasExposures, index } = visit;
  const exposed = hasExposures ? units.map((_, unit) => unit) : [];
  const outcomes = units.map((_, unit) => unit).filter((unit) => unit % (1 / OUTCOMES_PER_UNIT) === 0);
  const treatmentPpm = plan.stages[stage]?.treatmentPpm ?? 0;
  return {
    protocol: 1,
    instance: `${instance} ${stage}`,
    seq: index + 1,
    sentAtMs: 0,
    sdk: { name: 'bench', version: '0' },
    units: { h0: units.map(({ h0 }) => h0), h1: units.map(({ h1 }) => h1) },
    exposures: {
      rolloutIds: ['r1'],
      rollout: exposed.map(() => 0),
      epoch: exposed.map(() => 1),
      stage: exposed.map(() => stage),
      arm: exposed.map((unit) => (positionPpm(units[unit]?.h0 ?? 0, plan.seed) < treatmentPpm ? 1 : 0)),
      unit: exposed,
      ageMs: exposed.map((unit) => UNITS_PER_BATCH - unit),
    },
    outcomes: {
      events: ['$error:checkout', 'purchase'],
      event: outcomes.map((unit) => unit % 2),
      unit: outcomes,
      value: outcomes.map(() => 1),
      ageMs: outcomes.map((unit) => UNITS_PER_BATCH - unit),
    },
    counters: { flags: [], variations: [], flag: [], variation: [], count: [] },
    dropped: { exposures: 0, outcomes: 0 },
  };
}
