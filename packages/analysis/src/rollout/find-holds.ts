import type { DecisionInput } from './decision.ts';
import type { RolloutPlan, RolloutStage } from './plan.ts';
import type { ActiveState, Hold } from './state.ts';

/** More units than this in an arm that the ramp cannot explain mean that something else serves the flag too. */
const CROSSOVER_SHARE_MAX = 0.01;
/** A few stray units early on are not a share. */
const CROSSOVER_COUNT_MIN = 10;

const FULL_PPM = 1_000_000;

/**
 * Every reason not to raise exposure (or, at the last stage, not to call it a success). Each hold is found anew at each
 * look, so it ends when its reason does; what it was held for before only keeps its `sinceMs`.
 */
export function findHolds(input: DecisionInput, state: ActiveState): readonly Hold[] {
  const found = [
    stageTimer(input, state),
    minSample(input, state),
    evidence(input, state),
    noData(input, state),
    sampleRatio(input),
    metricError(input),
  ];
  return found.flatMap((hold) => {
    if (hold === null) return [];
    const before = state.holds.find(({ reason }) => reason === hold.reason);
    return [{ untilMs: null, ...hold, sinceMs: before?.sinceMs ?? input.nowMs }];
  });
}

/** @throws Error when the plan has no such stage: states are made from their plan, so that is our own bug. */
export function stageOf(plan: RolloutPlan, stageIndex: number): RolloutStage {
  const stage = plan.stages[stageIndex];
  if (stage === undefined)
    throw new Error(`The plan has ${plan.stages.length} stages, but the state is at ${stageIndex}.`);
  return stage;
}

/** Details are stored once and shown for as long as the hold lasts, so they name what is needed, not what is there. */
interface FoundHold extends Pick<Hold, 'reason' | 'detail'> {
  readonly untilMs?: number;
}

function stageTimer({ plan, nowMs }: DecisionInput, state: ActiveState): FoundHold | null {
  const stayMs = state.kind === 'baking' ? plan.bakeMs : stageOf(plan, state.stageIndex).dwellMs;
  const untilMs = state.stageEnteredAtMs + stayMs;
  if (nowMs >= untilMs) return null;
  return { reason: 'stage-timer', detail: `The stage stays for ${stayMs / 1_000} s.`, untilMs };
}

/**
 * Units that carry evidence: those treated in an earlier stage say nothing new. At 100 % they count all the same, for
 * there is no control to compare with, and in a small population hardly a unit is left that was not treated before.
 */
function minSample({ plan, summary }: DecisionInput, state: ActiveState): FoundHold | null {
  const { minUnits, treatmentPpm } = stageOf(plan, state.stageIndex);
  const isFull = treatmentPpm >= FULL_PPM;
  const strata = summary.strata.filter(({ stageIndex }) => isFull || stageIndex === state.stageIndex);
  const treatment = strata.reduce((sum, { units }) => sum + units.treatment, 0);
  const control = strata.reduce((sum, { units }) => sum + units.control, 0);
  if (treatment >= minUnits && (isFull || control >= minUnits)) return null;
  return {
    reason: 'min-sample',
    detail: `The stage needs ${minUnits} exposed units ${isFull ? 'in treatment' : 'in each arm'}.`,
  };
}

function evidence({ plan, assessment }: DecisionInput, state: ActiveState): FoundHold | null {
  const { safeRatio, treatmentPpm } = stageOf(plan, state.stageIndex);
  if (safeRatio === undefined || treatmentPpm >= FULL_PPM) return null;
  if (assessment.guards.every(({ verdict }) => verdict === 'safe')) return null;
  return { reason: 'evidence', detail: `Evidence must rule out a ratio of ${safeRatio} for every guard.` };
}

/** From the start of the stage on: no evidence is never good evidence. */
function noData({ plan, summary, nowMs }: DecisionInput, state: ActiveState): FoundHold | null {
  const newestAtMs = Math.max(state.stageEnteredAtMs, summary.lastExposureAtMs ?? 0);
  if (nowMs - newestAtMs < plan.noDataMs) return null;
  return { reason: 'no-data', detail: `No exposure or evaluation came for ${plan.noDataMs / 1_000} s.` };
}

function sampleRatio({ assessment }: DecisionInput): FoundHold | null {
  if (assessment.sampleRatio.verdict !== 'failed') return null;
  return {
    reason: 'sample-ratio',
    detail: 'The arms have not the sizes that were designed: units are lost or doubled.',
  };
}

function metricError({ assessment, summary }: DecisionInput): FoundHold | null {
  const unknown = assessment.guards.filter(({ verdict }) => verdict === 'error').map(({ metric }) => metric);
  if (unknown.length > 0) {
    return { reason: 'metric-error', detail: `No evidence is collected for ${unknown.join(', ')}.` };
  }
  const { crossoverCount, unitCount } = summary;
  if (crossoverCount < CROSSOVER_COUNT_MIN || crossoverCount <= unitCount * CROSSOVER_SHARE_MAX) return null;
  return { reason: 'metric-error', detail: 'Too many units were seen in an arm that the ramp cannot explain.' };
}
