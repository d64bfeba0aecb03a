import type { DecisionInput } from './decision.ts';
import { experimentHolds } from './experiment.ts';
import type { FoundHold } from './found-hold.ts';
import { healthHolds } from './health-holds.ts';
import { measurementHolds } from './measurement-holds.ts';
import type { Deadline, Guard } from './plan.ts';
import { scoreHolds } from './score-holds.ts';
import { stageOf } from './stage-of.ts';
import type { ActiveState } from './state.ts';

/** More units than this in an arm that the ramp cannot explain mean that something else serves the flag too. */
const CROSSOVER_SHARE_MAX = 0.01;
/** A few stray units early on are not a share. */
const CROSSOVER_COUNT_MIN = 10;
const FULL_PPM = 1_000_000;

/** Nobody comes for three days: what was begun is not wanted, and must not wait at its share for somebody to remember. */
const NO_DATA_DEADLINE: Deadline = { afterMs: 72 * 3_600_000, then: 'abort' };
/** A metric is mended within a working day, or the rollout is as good as unguarded. */
const METRIC_ERROR_DEADLINE: Deadline = { afterMs: 24 * 3_600_000, then: 'abort' };

/** What the evidence still lacks, and what makes it worth nothing. No evidence is never good evidence. */
export function evidenceHolds(input: DecisionInput, state: ActiveState): readonly (FoundHold | null)[] {
  return [
    minSample(input, state),
    ...proofs(input, state),
    ...experimentHolds(input, state),
    ...scoreHolds(input, state),
    noData(input, state),
    ...noOutcomes(input, state),
    ...metricErrors(input),
    ...inconclusive(input),
    ...measurementHolds(input, state),
    sampleRatio(input),
    crossover(input),
    ...healthHolds(input),
    exposedUnits(input, state),
    duration(input, state),
  ];
}

/**
 * Units that carry evidence: those treated in an earlier stage say nothing new. At 100 %, but for what is held back, they
 * count all the same, for there is no control to compare with, and in a small population hardly a unit is left that was not treated before.
 */
function minSample({ plan, summary }: DecisionInput, state: ActiveState): FoundHold | null {
  const { minUnits, treatmentPpm } = stageOf(plan, state.stageIndex);
  // What is held back is too small a control to wait for.
  const isFull = treatmentPpm >= FULL_PPM - (plan.holdback?.ppm ?? 0);
  const strata = summary.strata.filter(({ stageIndex }) => isFull || stageIndex === state.stageIndex);
  const treatment = strata.reduce((sum, { units }) => sum + units.treatment, 0);
  const control = strata.reduce((sum, { units }) => sum + units.control, 0);
  if (treatment >= minUnits && (isFull || control >= minUnits)) return null;
  const detail = `The stage needs ${minUnits} exposed units ${isFull ? 'in treatment' : 'in each arm'}.`;
  return { reason: 'min-sample', source: '', detail, releasedBy: 'evidence' };
}

/** One per guard that the stage wants proven safe and that is not. */
function proofs({ plan, assessment }: DecisionInput, state: ActiveState): readonly FoundHold[] {
  const { safeRatio, safeDeadline, treatmentPpm } = stageOf(plan, state.stageIndex);
  if (treatmentPpm >= FULL_PPM) return [];
  return deciding(plan.guards).flatMap((guard): FoundHold[] => {
    const ratio = guard.margins?.[state.stageIndex] ?? safeRatio;
    if (ratio === undefined || guard.critical === false) return [];
    if (assessment.guards.find(({ metric }) => metric === guard.metric)?.verdict === 'safe') return [];
    const detail = `Evidence must rule out a ratio of ${ratio} for ${guard.metric}.`;
    return [{ reason: 'evidence', source: guard.metric, detail, releasedBy: 'evidence', deadline: safeDeadline }];
  });
}

/** From the start of the stage on. */
function noData({ plan, summary, nowMs }: DecisionInput, state: ActiveState): FoundHold | null {
  const newestAtMs = Math.max(state.stageEnteredAtMs, summary.lastExposureAtMs ?? 0);
  if (nowMs - newestAtMs < plan.noDataMs) return null;
  const deadline = plan.health?.noData?.deadline ?? NO_DATA_DEADLINE;
  const detail = `No exposure or evaluation came for ${plan.noDataMs / 1_000} s.`;
  return { reason: 'no-data', source: '', detail, releasedBy: 'evidence', deadline };
}

/**
 * Exposures come, and nothing of what a guard listens to: the event may be misspelt, or not be sent any more. Ends by
 * itself with the next one. Evidence that was stored without instants knows only whether a unit ever counted.
 */
function noOutcomes({ plan, assessment, summary, nowMs }: DecisionInput, state: ActiveState): readonly FoundHold[] {
  return deciding(plan.guards).flatMap((guard): FoundHold[] => {
    if (guard.noOutcomes === undefined) return [];
    const { graceMs, deadline } = guard.noOutcomes;
    const assessed = assessment.guards.find(({ metric }) => metric === guard.metric);
    const lastAtMs = summary.guards.find(({ metric }) => metric === guard.metric)?.lastOutcomeAtMs;
    const isSilent = assessed !== undefined && assessed.events.control + assessed.events.treatment === 0;
    if (lastAtMs === undefined && !isSilent) return [];
    const sinceMs = Math.max(state.startedAtMs ?? state.stageEnteredAtMs, lastAtMs ?? 0);
    if (nowMs - sinceMs < graceMs) return [];
    const detail = `No outcome came for ${guard.metric} in ${graceMs / 1_000} s, in either arm.`;
    return [{ reason: 'no-outcomes', source: guard.metric, detail, releasedBy: 'evidence', deadline }];
  });
}

function metricErrors({ plan, assessment }: DecisionInput): readonly FoundHold[] {
  return guardsWith(plan.guards, assessment, 'error').map((metric) => ({
    reason: 'metric-error',
    source: metric,
    detail: `No evidence is collected for ${metric}.`,
    releasedBy: 'evidence',
    deadline: METRIC_ERROR_DEADLINE,
  }));
}

/** Left by new evidence of the same epoch, or by a person who approves. */
function inconclusive({ plan, assessment }: DecisionInput): readonly FoundHold[] {
  return guardsWith(plan.guards, assessment, 'inconclusive').map((metric) => ({
    reason: 'inconclusive',
    source: metric,
    detail: `The evidence for ${metric} decides nothing.`,
    releasedBy: 'approval',
  }));
}

function sampleRatio({ plan, assessment }: DecisionInput): FoundHold | null {
  if (assessment.sampleRatio.verdict !== 'failed') return null;
  const detail = 'The arms have not the sizes that were designed: units are lost or doubled.';
  const deadline = plan.health?.sampleRatio?.deadline;
  return { reason: 'sample-ratio', source: '', detail, releasedBy: 'operator', deadline };
}

function crossover({ plan, summary }: DecisionInput): FoundHold | null {
  const { maxShare = CROSSOVER_SHARE_MAX, deadline } = plan.health?.crossover ?? {};
  const { crossoverCount, unitCount } = summary;
  if (crossoverCount < CROSSOVER_COUNT_MIN || crossoverCount <= unitCount * maxShare) return null;
  const detail = 'Too many units were seen in an arm that the ramp cannot explain.';
  return { reason: 'crossover', source: '', detail, releasedBy: 'operator', deadline };
}

/** What is served stays; only more units would be too many. Full is full: a bake exposes nobody new by ending. */
function exposedUnits({ plan, summary }: DecisionInput, state: ActiveState): FoundHold | null {
  if (plan.maxExposedUnits === undefined || state.kind === 'baking') return null;
  const treated = summary.strata.reduce((sum, { units }) => sum + units.treatment, 0);
  if (treated < plan.maxExposedUnits) return null;
  const detail = `As many units were treated as may be: ${plan.maxExposedUnits}.`;
  return { reason: 'limit', source: 'maxExposedUnits', detail, releasedBy: 'operator' };
}

/** Where the plan says that too long a rollout is held, and not rolled back. */
function duration({ plan, nowMs }: DecisionInput, { startedAtMs }: ActiveState): FoundHold | null {
  const { maxDuration } = plan;
  if (maxDuration?.then !== 'hold' || startedAtMs === undefined) return null;
  if (nowMs - startedAtMs < maxDuration.afterMs) return null;
  const detail = `It is not over after ${maxDuration.afterMs / 1_000} s.`;
  return { reason: 'limit', source: 'maxDuration', detail, releasedBy: 'operator' };
}

/** What is only observed never holds anything. */
function deciding(guards: readonly Guard[]): readonly Guard[] {
  return guards.filter(({ mode }) => mode !== 'observe');
}

function guardsWith(
  guards: readonly Guard[],
  assessment: DecisionInput['assessment'],
  verdict: 'error' | 'inconclusive',
): readonly string[] {
  const observed = new Set(guards.filter(({ mode }) => mode === 'observe').map(({ metric }) => metric));
  return assessment.guards
    .filter((guard) => guard.verdict === verdict && !observed.has(guard.metric))
    .map(({ metric }) => metric);
}
