import type { EvidenceSummary } from '../evidence/summary.ts';
import type { Decision } from '../rollout/decision.ts';
import type { RolloutPlan } from '../rollout/plan.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Draws } from './draws.ts';
import { type Kills, killsOf } from './kills-of.ts';
import { type Quantiles, quantilesOf } from './quantiles.ts';
import { type Baselines, ratioOfHarm, rehearsedGuards } from './rehearsed-guard.ts';
import { runShadow, type ShadowRun } from './run-shadow.ts';
import type { Shadow, ShadowSetting } from './shadow.ts';

export interface DrillInput {
  readonly plan: RolloutPlan;
  /** As they are now. */
  readonly state: RolloutState;
  readonly summary: Shadow['summary'];
  readonly unitsPerMinute: number;
  readonly baselines: Baselines;
  /** The guard that is harmed, and how many times as bad it becomes in treatment. */
  readonly metric: string;
  readonly severity: number;
  readonly runs: number;
  readonly nowMs: number;
  readonly windowAt: ShadowSetting['windowAt'];
  readonly draws: Draws;
}

/** Counted from now on. */
export interface Drill extends Kills {
  readonly runs: number;
  readonly metric: string;
  readonly severity: number;
  /** Treatment over control. */
  readonly ratio: number;
  /** Ticks of the engine: ten seconds each. */
  readonly ticksToKill: Quantiles;
  /** What the controller would decide at the end of the first run; null when it would not have to decide anything. */
  readonly decision: Pick<Decision, 'kind' | 'reason' | 'serve'> | null;
}

/** Looks of all runs together: a second or two of one processor. */
const LOOKS_MAX = 10_000;
const TICK_MS = 10_000;

/**
 * Harms a copy of a rollout that runs, from the evidence that it has now on, and says when the controller would kill it.
 * The copy goes on as the rollout would: it rises when nothing holds it, or stands where a person has paused it.
 */
export function* drillRollout(input: DrillInput): Generator<void, Drill> {
  const { draws, metric, nowMs, severity, state, summary } = input;
  const harm = summary.guards.find((guard) => guard.metric === metric)?.harm ?? 'up';
  const ratio = ratioOfHarm(harm, severity);
  const setting: ShadowSetting = {
    plan: input.plan,
    guards: rehearsedGuards(summary.guards, input.baselines),
    unitsPerMinute: input.unitsPerMinute,
    ratios: { [metric]: ratio },
    windowAt: input.windowAt,
  };
  const start: Shadow = { nowMs, state, summary, treatedUnits: 0, waiting: [], decision: null };
  const runs: ShadowRun[] = [];
  for (let lookCount = 0; runs.length < input.runs && lookCount < LOOKS_MAX; ) {
    const run = yield* runShadow(setting, start, { draws });
    lookCount += run.lookCount;
    runs.push(run);
  }
  return {
    runs: runs.length,
    metric,
    severity,
    ratio,
    ...killsOf(runs),
    ticksToKill: quantilesOf(runs.map((run) => (run.end === 'killed' ? Math.ceil(run.elapsedMs / TICK_MS) : null))),
    decision: spoken(runs[0]),
  };
}

/** Evidence of which the engine has folded something: without any there is nothing to copy. */
export function canBeDrilled(summary: EvidenceSummary): summary is Shadow['summary'] {
  return summary.ticks !== undefined;
}

function spoken(run: ShadowRun | undefined): Drill['decision'] {
  const decision = run?.last.decision ?? null;
  if (decision === null || !decision.changed) return null;
  const { kind, reason, serve } = decision;
  return { kind, reason, ...(serve === undefined ? {} : { serve }) };
}
