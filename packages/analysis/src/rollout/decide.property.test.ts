import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EvidenceSummary } from '../evidence/summary.ts';
import { assess } from '../statistics/assess.ts';
import { decide } from './decide.ts';
import type { Decision, DecisionInput, RolloutCommand } from './decision.ts';
import type { RolloutPlan } from './plan.ts';
import type { ActiveState, Actor, RolloutState } from './state.ts';

const T0 = 1_700_000_000_000;
const by: Actor = { kind: 'key', id: 'k1', name: 'ada' };
const offsetMs = fc.integer({ min: -200_000, max: 200_000 });

/** What else a plan may hold a step for, or serve less than everybody for. */
const more = fc.record(
  {
    experiment: fc.record({ onLose: fc.constantFrom('abort' as const, 'hold' as const), afterMs: fc.nat(200_000) }),
    score: fc.record({ marginal: fc.nat({ max: 90 }), pass: fc.integer({ min: 90, max: 100 }) }),
    holdback: fc.record({ ppm: fc.integer({ min: 1, max: 500_000 }), durationMs: fc.nat(200_000) }),
    maxTreatmentPpm: fc.integer({ min: 500_000, max: 999_999 }),
  },
  { requiredKeys: [] },
);

const plain = fc.record({
  flagKey: fc.constant('f'),
  rule: fc.constant('fallthrough'),
  treatment: fc.constant('on'),
  control: fc.constant('off'),
  unit: fc.constant('targetingKey'),
  stages: fc
    .record({
      first: fc.integer({ min: 1, max: 400_000 }),
      count: fc.nat({ max: 3 }),
      dwellMs: fc.nat({ max: 90_000 }),
      minUnits: fc.integer({ min: 1, max: 40 }),
    })
    .map(({ first, count, ...rest }) =>
      [...Array.from({ length: count }, (_, index) => first + index), 1_000_000].map((treatmentPpm) => ({
        treatmentPpm,
        ...rest,
      })),
    ),
  bakeMs: fc.nat({ max: 90_000 }),
  alpha: fc.constant(0.05),
  guards: fc.constant([{ metric: 'errors', weight: 1, group: 'technical' }]),
  noDataMs: fc.integer({ min: 1_000, max: 100_000 }),
  confirmMs: fc.integer({ min: 1_000, max: 100_000 }),
});

const plans: fc.Arbitrary<RolloutPlan> = fc
  .tuple(plain, more)
  .map(([plan, { experiment, score, holdback, maxTreatmentPpm }]) => {
    const capPpm = maxTreatmentPpm ?? 1_000_000 - (holdback?.ppm ?? 0);
    const trial = experiment && {
      metric: 'errors',
      onLose: experiment.onLose,
      deadline: { afterMs: experiment.afterMs + 1, then: 'abort' as const },
    };
    const last = plan.stages.length - 1;
    const stages = plan.stages.map((stage, index) => ({
      ...stage,
      ...(index === last ? { treatmentPpm: capPpm } : {}),
      ...(index === 0 && trial && stage.treatmentPpm < 1_000_000 ? { experiment: trial } : {}),
    }));
    return {
      ...plan,
      stages,
      ...(score && { score: { ...score, groupWeights: { technical: 1 } } }),
      ...(maxTreatmentPpm === undefined ? holdback && { holdback } : { maxTreatmentPpm }),
    };
  });

function statesOf(plan: RolloutPlan): fc.Arbitrary<RolloutState> {
  const last = plan.stages.length - 1;
  const active = fc.tuple(fc.nat({ max: last }), offsetMs).map(
    ([stageIndex, entered]): ActiveState => ({
      kind: stageIndex === last ? 'baking' : 'progressing',
      stageIndex,
      stageEnteredAtMs: T0 + entered,
      holds: [],
    }),
  );
  const cause = { kind: 'command' as const, by, reason: 'r' };
  return fc.oneof(
    offsetMs.map((offset): RolloutState => ({ kind: 'scheduled', startAtMs: T0 + offset })),
    active,
    active.map((resume): RolloutState => ({ kind: 'paused', resume, pausedAtMs: T0, by })),
    fc
      .constantFrom(null, 7)
      .map((revision): RolloutState => ({ kind: 'aborting', fromStageIndex: 0, cause, abortedAtMs: T0, revision })),
    fc.constantFrom<RolloutState>(
      { kind: 'succeeded', atMs: T0 },
      { kind: 'heldBack', sinceMs: T0 - 50_000, untilMs: T0 + 50_000 },
      { kind: 'superseded', fromStageIndex: 0, atMs: T0, by },
      { kind: 'cancelled', atMs: T0, by },
      { kind: 'rolledBack', fromStageIndex: 0, cause, atMs: T0, revision: 7, confirmedCount: 0, connectedCount: 0 },
    ),
  );
}

const commands: fc.Arbitrary<RolloutCommand | null> = fc.option(
  fc
    .constantFrom('pause', 'resume', 'promote', 'abort', 'undo', 'freeze')
    .map((kind): RolloutCommand => ({ kind, by, reason: 'r' })),
);

const count = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 200 }));
const arms = fc.record({ control: count, treatment: count });

function summariesOf(plan: RolloutPlan): fc.Arbitrary<EvidenceSummary> {
  return fc.record({
    rolloutId: fc.constant('r1'),
    epoch: fc.constant(1),
    guards: fc.constant([{ metric: 'errors', harm: 'up' as const }]),
    strata: fc.tuple(...plan.stages.map(() => fc.tuple(arms, arms))).map((counts) =>
      counts.map(([units, errors], stageIndex) => ({
        stageIndex,
        formerControlOf: null,
        treatmentShare: (plan.stages[stageIndex]?.treatmentPpm ?? 0) / 1e6,
        units,
        events: { errors },
      })),
    ),
    crossoverCount: fc.nat({ max: 20 }),
    unmatchedOutcomeCount: fc.constant(0),
    waitingOutcomeCount: fc.constant(0),
    browserUnitCount: fc.constant(0),
    unitCount: fc.nat({ max: 2_000 }),
    lastExposureAtMs: fc.option(offsetMs.map((offset) => T0 + offset)),
    newestRecordAtMs: fc.constant(T0),
  });
}

const looks = {
  nowMs: offsetMs,
  lastLook: fc.option(fc.integer({ min: 0, max: 120_000 })),
  command: commands,
  connectedCount: fc.nat({ max: 3 }),
  confirmedCount: fc.nat({ max: 3 }),
};

const inputs: fc.Arbitrary<DecisionInput> = plans.chain((plan) =>
  fc
    .record({ state: statesOf(plan), summary: summariesOf(plan), ...looks })
    .map(({ state, summary, ...look }) => inputOf(plan, state, { summary, ...look })),
);

interface Look {
  readonly summary: EvidenceSummary;
  readonly nowMs: number;
  readonly lastLook: number | null;
  readonly command: RolloutCommand | null;
  readonly connectedCount: number;
  readonly confirmedCount: number;
}

function inputOf(plan: RolloutPlan, state: RolloutState, look: Look): DecisionInput {
  const stageIndex = 'stageIndex' in state ? state.stageIndex : 0;
  const stage = plan.stages[stageIndex] ?? { treatmentPpm: 1_000_000 };
  const nowMs = T0 + look.nowMs;
  return {
    plan,
    state,
    summary: look.summary,
    assessment: assess({ summary: look.summary, guards: plan.guards, alpha: plan.alpha, stageIndex, stage }),
    command: look.command,
    confirmation: { connectedCount: look.connectedCount, confirmedCount: look.confirmedCount },
    nowMs,
    lastLookAtMs: look.lastLook === null ? null : nowMs - look.lastLook,
  };
}

/** The share that a state serves: what an advance raises, and a kill takes to nothing. */
function servedPpm(plan: RolloutPlan, state: RolloutState): number {
  if (state.kind === 'succeeded') return plan.maxTreatmentPpm ?? 1_000_000;
  if (state.kind === 'heldBack') return plan.stages.at(-1)?.treatmentPpm ?? 0;
  if (state.kind === 'paused') return servedPpm(plan, state.resume);
  return 'stageIndex' in state ? (plan.stages[state.stageIndex]?.treatmentPpm ?? 0) : 0;
}

function stageIndexOf(state: RolloutState): number {
  if (state.kind === 'paused') return stageIndexOf(state.resume);
  return 'stageIndex' in state ? state.stageIndex : -1;
}

const RAISES: readonly Decision['kind'][] = ['start', 'advance', 'bake', 'hold-back', 'succeed'];

describe('decide', () => {
  test('answers every input, the same way each time, and survives being stored', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const decision = decide(input);
        expect(decision.reason).not.toBe('');
        expect(decide(JSON.parse(JSON.stringify(input)))).toEqual(decision);
        if (!decision.changed) expect(decision.state).toBe(input.state);
        if (!decision.changed) expect(decision.serve).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('raises at most one stage, and says what to serve whenever it raises', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const decision = decide(input);
        const isRaised = servedPpm(input.plan, decision.state) > servedPpm(input.plan, input.state);
        expect(isRaised && !RAISES.includes(decision.kind)).toBe(false);
        if (isRaised) expect(decision.serve).toBeDefined();
        if ('stageIndex' in decision.state)
          expect(decision.state.stageIndex - stageIndexOf(input.state)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  test('never raises on its own what is harmful, unwatched, too young, too small or without data', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const decision = decide(input);
        const { state, plan, summary, assessment, nowMs, lastLookAtMs } = input;
        if (!(state.kind === 'progressing' || state.kind === 'baking')) return;
        if (!RAISES.includes(decision.kind)) return;
        expect(assessment.logEvidence).toBeLessThan(assessment.logThreshold);
        if (input.command?.kind === 'promote') return;
        const stage = plan.stages[state.stageIndex];
        const units = summary.strata[state.stageIndex]?.units;
        expect(nowMs - state.stageEnteredAtMs).toBeGreaterThanOrEqual(
          state.kind === 'baking' ? plan.bakeMs : (stage?.dwellMs ?? 0),
        );
        const treated =
          state.kind === 'baking'
            ? summary.strata.reduce((sum, { units }) => sum + units.treatment, 0)
            : units?.treatment;
        expect(treated).toBeGreaterThanOrEqual(stage?.minUnits ?? Infinity);
        if (state.kind === 'progressing') expect(units?.control).toBeGreaterThanOrEqual(stage?.minUnits ?? Infinity);
        expect(nowMs - Math.max(state.stageEnteredAtMs, summary.lastExposureAtMs ?? 0)).toBeLessThan(plan.noDataMs);
        expect(assessment.sampleRatio.verdict).not.toBe('failed');
        if (lastLookAtMs === null) expect(state.stageEnteredAtMs).toBeGreaterThanOrEqual(nowMs);
        else expect(nowMs - lastLookAtMs).toBeLessThanOrEqual(60_000);
      }),
      { numRuns: 500 },
    );
  });

  test('kills whatever serves treatment as soon as harm is shown', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { assessment, state } = input;
        const isServed = ['progressing', 'paused', 'baking', 'heldBack'].includes(state.kind);
        if (!isServed || assessment.logEvidence < assessment.logThreshold) return;
        expect(decide(input)).toMatchObject({ kind: 'kill', serve: { kind: 'anchor' }, state: { kind: 'aborting' } });
      }),
      { numRuns: 300 },
    );
  });

  test('never serves treatment again after a kill, whatever comes', () => {
    const walks = plans.chain((plan) =>
      fc.tuple(fc.constant(plan), fc.array(fc.record({ summary: summariesOf(plan), ...looks }), { maxLength: 30 })),
    );
    fc.assert(
      fc.property(walks, ([plan, steps]) => {
        let state: RolloutState = { kind: 'scheduled', startAtMs: T0 };
        let wasKilled = false;
        for (const step of steps) {
          const decision = decide(inputOf(plan, state, step));
          if (wasKilled) expect(servedPpm(plan, decision.state)).toBe(0);
          if (wasKilled) expect(decision.serve?.kind ?? 'anchor').toBe('anchor');
          wasKilled ||= decision.kind === 'kill';
          state = decision.state;
          if (state.kind === 'aborting' && step.nowMs > 0) state = { ...state, revision: 7 };
        }
      }),
      { numRuns: 300 },
    );
  });
});
