import { type DecisionInput, decide, type RolloutPlan, type RolloutState } from '@tidegate/analysis';
import { assessMetric, EMPTY_TALLY } from '@tidegate/analysis/limits';
import { armRanges, type ExpandedPlan, expandPlan, type WrittenPlan } from '@tidegate/analysis/plans';
import { type CaseOutcome, compare } from '../case-outcome.ts';
import { type CaseForm, holds, nameOf, type SourcedCase, skipped, wantedOf } from './sourced-case.ts';

/** What plans become, and what the controller decides, through the plan and the state machine that run rollouts. */
export const RAMP_FORMS: Readonly<Record<string, CaseForm>> = {
  appconfig_schedule: growSchedule,
  flagger_progression: progress,
  growthbook_ramp_evaluator: evaluateRamp,
  growthbook_catch_up: catchUp,
  growthbook_bucket_ranges: placeArms,
};

const T0 = 1_700_000_000_000;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const FULL_PPM = 1_000_000;
const PPM_PER_PERCENT = 10_000;

/** The controller looks about this often; well inside what it takes for its own silence. */
const LOOK_MS = 30_000;

const OPERATOR = { kind: 'key', id: 'k', name: 'operator' } as const;

function expand(written: Partial<WrittenPlan>): ExpandedPlan {
  return expandPlan(
    { flag: 'flag', treatment: 'on', control: 'off', guards: [{ metric: 'errors', weight: 1 }], ...written },
    {
      presentVariation: () => 'off',
      findTemplate: () => undefined,
      readMetric: () => ({ flaw: 'no metric' }),
      countAttempt: () => 1,
    },
  );
}

/** @throws Error for a plan that is refused: these are the runner's own. */
function planOf(written: Partial<WrittenPlan>): RolloutPlan {
  const expanded = expand(written);
  if (expanded.kind === 'plan') return expanded.plan;
  throw new Error(expanded.flaws.map(({ detail }) => detail).join(' '));
}

function percentagesOf(expanded: ExpandedPlan): number[] | undefined {
  if (expanded.kind === 'flawed') return undefined;
  return expanded.plan.stages.map(({ treatmentPpm }) => treatmentPpm / PPM_PER_PERCENT);
}

interface GrowthCase extends SourcedCase {
  readonly growth: 'LINEAR' | 'EXPONENTIAL';
  readonly growthFactor: number;
  readonly expected_first?: readonly number[];
}

function growSchedule(one: GrowthCase): CaseOutcome {
  const { growth, growthFactor, expected_first } = one;
  const percentages = percentagesOf(
    expand({
      preset:
        growth === 'LINEAR'
          ? { name: 'linear', step: `${growthFactor}%` }
          : { name: 'exponential', from: `${growthFactor}%`, factor: 2 },
    }),
  );
  if (expected_first === undefined) return compare(nameOf(one), { actual: percentages, expected: wantedOf(one) });
  return compare(nameOf(one), { actual: percentages?.slice(0, expected_first.length), expected: expected_first });
}

interface FlaggerCase extends SourcedCase {
  readonly stepWeight?: number;
  readonly maxWeight?: number;
  readonly stepWeights?: readonly number[];
  readonly before?: { readonly phase: string; readonly weight?: number; readonly failedChecks?: number };
  readonly event?: string;
  readonly expected: { readonly canaryWeights?: readonly number[]; readonly phase?: string; readonly weight?: number };
}

function progress(one: FlaggerCase): CaseOutcome {
  const { stepWeight, stepWeights, before, event = '', ours } = one;
  if (ours?.verdict === 'not applicable') return skipped(one, ours.why ?? 'it has no meaning for a flag');
  if (before === undefined) return climb(one, stepWeights ?? stepWeight ?? 0);
  if (before.phase !== 'Progressing') return skipped(one, 'a flag has no second copy that could be unhealthy');
  if (before.failedChecks !== undefined) return countFailedChecks(one, before.failedChecks);
  if (/spec changed/.test(event)) return changeTreatment(one);
  return skipped(one, 'its event is none of a flag');
}

/** The shares below the cap and the cap itself; beyond it lies only success, which serves everybody. */
function climb({ maxWeight, ...one }: FlaggerCase, steps: number | readonly number[]): CaseOutcome {
  const cap = maxWeight ?? (typeof steps === 'number' ? 100 : Math.max(...steps));
  const percentages = percentagesOf(
    expand({
      maxTreatment: `${cap}%`,
      ...(typeof steps === 'number'
        ? { preset: { name: 'linear', step: `${steps}%` } }
        : { stages: steps.map((step) => ({ treatment: `${step}%` })) }),
    }),
  );
  const { ours, expected } = one;
  if (ours?.expect === 'spec rejected') {
    return compare(nameOf(one), { actual: percentages ?? 'spec rejected', expected: ours.expect });
  }
  const wanted =
    (ours?.expect as { readonly weights?: readonly number[] } | undefined)?.weights ?? expected.canaryWeights;
  return compare(nameOf(one), { actual: percentages && [0, ...percentages], expected: wanted });
}

/** The n-th failed check is one more than the limit that Flagger's threshold of n leaves. */
function countFailedChecks(one: FlaggerCase, failedChecks: number): CaseOutcome {
  const threshold = Number(/threshold \((\d+)\)/.exec(one.title ?? '')?.[1] ?? failedChecks + 1);
  const tally = { ...EMPTY_TALLY, failedCount: failedChecks, count: failedChecks };
  const limits = { intervalMs: LOOK_MS, failureLimit: threshold - 1 };
  const { verdict, detail } = assessMetric(limits, tally, { nowMs: T0 });
  const plan = planOf({});
  const state = at(plan, 0, T0);
  const { state: after, serve } = decide({
    ...look({ plan, state, nowMs: T0 + LOOK_MS }),
    command: verdict === 'failed' ? { kind: 'abort', by: OPERATOR, reason: detail } : null,
  });
  const isDown = after.kind === 'aborting' && serve?.kind === 'anchor';
  const actual = { phase: isDown ? 'Failed' : 'Progressing', weight: isDown ? 0 : undefined };
  const { phase, weight } = one.expected;
  return compare(nameOf(one), { actual, expected: { phase, weight: phase === 'Failed' ? weight : undefined } });
}

/** The first stage again, and the evidence anew. */
function changeTreatment(one: FlaggerCase): CaseOutcome {
  const plan = planOf({ preset: { name: 'linear', step: '10%' } });
  const { state, renews } = decide({
    ...look({ plan, state: at(plan, 1, T0), nowMs: T0 + LOOK_MS }),
    command: { kind: 'jump', stageIndex: 0, by: OPERATOR, reason: 'another treatment' },
  });
  const isAnew = state.kind === 'progressing' && state.stageIndex === 0 && renews === true;
  return holds(nameOf(one), isAnew, `got ${JSON.stringify(state)}`);
}

interface RampCase extends SourcedCase {
  readonly state: {
    readonly stepIntervalSec: number;
    readonly monitored: boolean;
    readonly stepEnteredAt: string;
    readonly totalUsers: number;
    readonly srmP: number;
    readonly snapshotAt?: string | null;
    readonly now: string;
    readonly analysisFloor?: string;
    readonly guardrailLost?: boolean;
    readonly srmAction?: Action;
    readonly multipleExposureAction?: Action;
    readonly multipleExposures?: string;
    readonly noTrafficAction?: Action;
    readonly minSampleSize?: number;
    readonly status?: string;
  };
  readonly expected: string;
}

type Action = 'hold' | 'rollback' | 'warn';

/** GrowthBook's p below which the arms are taken for broken. */
const SRM_P = 0.001;
const GRACE_MS = 24 * HOUR_MS;

function evaluateRamp(one: RampCase): CaseOutcome {
  const { state: ramp } = one;
  const isSilent = ramp.totalUsers === 0;
  const intervalMs = ramp.stepIntervalSec * SECOND_MS;
  const nowMs = instantOf(ramp.now);
  // A restart begins the stage anew, so that what was analysed before counts for nothing.
  const enteredAtMs = Math.max(instantOf(ramp.stepEnteredAt), instantOf(ramp.analysisFloor ?? 'T+0'));
  const minUnits = ramp.monitored ? Math.max(1, Math.ceil((ramp.minSampleSize ?? 0) / 2)) : 0;
  const plan = planOf({
    stages: [
      { treatmentPpm: 100_000, dwellMs: intervalMs, minUnits },
      { treatmentPpm: 500_000, dwellMs: intervalMs, minUnits },
      { treatmentPpm: FULL_PPM },
    ],
    // An analysis must be newer than the end of the interval: as fresh, now, as that.
    noDataMs: isSilent || !ramp.monitored ? GRACE_MS : Math.max(1, nowMs - instantOf(ramp.stepEnteredAt) - intervalMs),
    health: {
      sampleRatio: { deadline: deadlineOf(ramp.srmAction) },
      crossover: { maxShare: 0.01, deadline: deadlineOf(ramp.multipleExposureAction) },
      noData: { deadline: deadlineOf(ramp.noTrafficAction) },
    },
  });
  const input = look({ plan, state: at(plan, 0, enteredAtMs), nowMs, unitsPerArm: Math.floor(ramp.totalUsers / 2) });
  const isBroken = !isSilent && ramp.srmP < SRM_P;
  const isCrossed = /above/.test(ramp.multipleExposures ?? '');
  const asked: DecisionInput = {
    ...input,
    summary: {
      ...input.summary,
      crossoverCount: isCrossed ? ramp.totalUsers : 0,
      unitCount: ramp.totalUsers,
      lastExposureAtMs: isSilent || !ramp.snapshotAt ? null : instantOf(ramp.snapshotAt),
    },
    assessment: {
      ...input.assessment,
      ...(ramp.guardrailLost ? { logEvidence: input.assessment.logThreshold } : {}),
      sampleRatio: { ...input.assessment.sampleRatio, verdict: isBroken ? 'failed' : 'running' },
    },
  };
  const wanted = String(wantedOf(one));
  const decisions = terminalStatesOf(ramp.status, plan, nowMs).map((state) => decide({ ...asked, state }));
  if (decisions.length > 0) {
    return holds(nameOf(one), wanted === 'no action' && decisions.every(({ changed }) => !changed), 'got a change');
  }
  const { kind, state } = decide(asked);
  const action = kind === 'kill' ? 'rollback' : kind === 'advance' ? 'advance' : 'hold';
  const isForNoTraffic = state.kind === 'aborting' && state.cause.kind === 'deadline' && state.cause.hold === 'no-data';
  const isReasonRight = !/reason: no traffic/.test(wanted) || isForNoTraffic;
  return holds(nameOf(one), wanted.startsWith(action) && isReasonRight, `expected ${wanted}, got ${action}, ${kind}`);
}

/** Rollback or warning at once, when the hold is found; a hold stays. */
function deadlineOf(action: Action = 'hold') {
  return { afterMs: 0, then: action === 'rollback' ? 'abort' : action === 'warn' ? 'continue' : 'hold' } as const;
}

/** `T+1h05m`, `T+30m`, `T+0`. */
function instantOf(written: string): number {
  const [, hours = 0, minutes = 0] = /^T\+(?:(\d+)h)?(?:(\d+)m)?/.exec(written) ?? [];
  return T0 + Number(hours) * HOUR_MS + Number(minutes) * 60_000;
}

function terminalStatesOf(status: string | undefined, plan: RolloutPlan, nowMs: number): readonly RolloutState[] {
  if (status === undefined) return [];
  return [
    { kind: 'succeeded', atMs: nowMs },
    {
      kind: 'rolledBack',
      fromStageIndex: plan.stages.length - 1,
      cause: { kind: 'command', by: OPERATOR, reason: '' },
      atMs: nowMs,
      revision: 1,
      confirmedCount: 1,
      connectedCount: 1,
    },
    { kind: 'cancelled', atMs: nowMs, by: OPERATOR },
  ];
}

interface CatchUpCase extends SourcedCase {
  readonly steps: readonly {
    readonly intervalSec: number;
    readonly monitored?: boolean;
    readonly sideEffect?: boolean;
    readonly approval?: boolean;
    readonly requiresApproval?: boolean;
  }[];
  /** -1 before the first timer is over, which for us is the first stage. */
  readonly current: number;
  readonly elapsedSec: number;
  readonly currentCleared?: boolean;
  readonly expected: number;
}

function catchUp(one: CatchUpCase): CaseOutcome {
  const { steps, current, elapsedSec, ours, expected } = one;
  const stageIndex = Math.max(0, current);
  // What a step brings about must be over before the next one begins: for us, a yes. In the present step it is over.
  const gateAfter = (index: number) => {
    const { sideEffect = false, approval = false, requiresApproval = approval } = steps[index] ?? {};
    return requiresApproval || (sideEffect && index !== current) ? { approval: {} } : {};
  };
  const plan = planOf({
    stages: [
      ...steps.map(({ intervalSec, monitored }, index) => ({
        treatmentPpm: (index + 1) * PPM_PER_PERCENT,
        dwellMs: intervalSec * SECOND_MS,
        minUnits: monitored ? 1 : 0,
        ...gateAfter(index - 1),
      })),
      { treatmentPpm: FULL_PPM, minUnits: 0, ...gateAfter(steps.length - 1) },
    ],
    bakeMs: 24 * HOUR_MS,
  });
  const isUnwatched = (index: number) => steps[index]?.monitored === true && !(index === current && one.currentCleared);
  const lookAt = (state: RolloutState, nowMs: number, lastLookAtMs: number) =>
    decide({
      ...look({ plan, state, nowMs, unitsPerArm: 'stageIndex' in state && isUnwatched(state.stageIndex) ? 0 : 1 }),
      lastLookAtMs,
    }).state;
  const begun = at(plan, stageIndex, T0);
  const endMs = T0 + elapsedSec * SECOND_MS;

  if (ours?.expect !== undefined) {
    // Nobody looked for so long: one stage at most, and then a whole stay in it before the next.
    const back = lookAt(begun, endMs, T0);
    const first = watch(back, endMs, 0);
    const stayMs = plan.stages[stageIndex]?.dwellMs ?? 0;
    const later = watch(back, endMs, stayMs - LOOK_MS);
    const isCareful = first <= stageIndex + 1 && later <= stageIndex + 1;
    const goesOn = watch(back, endMs, stayMs + LOOK_MS) > stageIndex;
    return holds(nameOf(one), isCareful && goesOn, `got ${first}, then ${later}`);
  }
  const reached = watch(begun, T0, elapsedSec * SECOND_MS);
  const isUnmoved = reached === stageIndex && current === -1;
  return compare(nameOf(one), { actual: isUnmoved ? current : reached, expected });

  /** The stage after looking for so long, as often as the controller does. */
  function watch(from: RolloutState, fromMs: number, forMs: number): number {
    let state = from;
    let lastLookAtMs = fromMs;
    for (let looks = 0; looks <= forMs / LOOK_MS + 1; looks += 1) {
      const nowMs = Math.min(fromMs + looks * LOOK_MS, fromMs + forMs);
      state = lookAt(state, nowMs, lastLookAtMs);
      lastLookAtMs = nowMs;
    }
    return 'stageIndex' in state ? state.stageIndex : -1;
  }
}

interface RangesCase extends SourcedCase {
  readonly coverage: number;
  readonly treatment: readonly [number, number];
  readonly control: readonly [number, number];
}

function placeArms(one: RangesCase): CaseOutcome {
  const { treatment, control } = armRanges(Math.round(one.coverage * FULL_PPM));
  const share = ({ fromPpm, toPpm }: { fromPpm: number; toPpm: number }) => [fromPpm / FULL_PPM, toPpm / FULL_PPM];
  return compare(`ranges at ${one.coverage}`, {
    actual: { treatment: share(treatment), control: share(control) },
    expected: { treatment: one.treatment, control: one.control },
  });
}

function at(plan: RolloutPlan, stageIndex: number, enteredAtMs: number): RolloutState {
  const kind = stageIndex === plan.stages.length - 1 ? 'baking' : 'progressing';
  return { kind, stageIndex, stageEnteredAtMs: enteredAtMs, startedAtMs: enteredAtMs, holds: [] };
}

/** A look at a rollout whose evidence is healthy and fresh, with so many units in each arm of every stage. */
function look({
  plan,
  state,
  nowMs,
  unitsPerArm = 1_000,
}: {
  readonly plan: RolloutPlan;
  readonly state: RolloutState;
  readonly nowMs: number;
  readonly unitsPerArm?: number;
}): DecisionInput {
  const units = { control: unitsPerArm, treatment: unitsPerArm };
  const events = { control: 0, treatment: 0 };
  return {
    plan,
    state,
    summary: {
      rolloutId: 'r',
      epoch: 1,
      guards: [{ metric: 'errors', harm: 'up' }],
      strata: plan.stages.map((_, stageIndex) => ({
        stageIndex,
        formerControlOf: null,
        treatmentShare: 0.5,
        units,
        events: {},
      })),
      crossoverCount: 0,
      unmatchedOutcomeCount: 0,
      waitingOutcomeCount: 0,
      browserUnitCount: 0,
      unitCount: 2 * unitsPerArm,
      lastExposureAtMs: nowMs,
      newestRecordAtMs: nowMs,
    },
    assessment: {
      guards: [
        {
          metric: 'errors',
          verdict: 'running',
          units,
          events,
          ratio: null,
          ratioInterval: { low: null, high: null },
          logEvidence: 0,
          logSafety: null,
          weight: 1,
          outlook: '',
        },
      ],
      sampleRatio: { verdict: 'running', logEvidence: 0, logThreshold: Math.log(1_000), oddsRatio: 1 },
      logEvidence: 0,
      logThreshold: Math.log(20),
      verdict: 'running',
      browserShare: 0,
    },
    command: null,
    confirmation: { connectedCount: 1, confirmedCount: 1 },
    nowMs,
    lastLookAtMs: nowMs - LOOK_MS,
  };
}
