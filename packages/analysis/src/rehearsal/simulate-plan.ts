import { engineConfigOf } from '../evidence/engine-config-of.ts';
import type { EpochPlan } from '../evidence/epoch.ts';
import { measureOf } from '../evidence/layout.ts';
import type { GuardSummary } from '../evidence/summary.ts';
import type { HoldReason } from '../rollout/hold.ts';
import type { RolloutPlan } from '../rollout/plan.ts';
import { createEngine } from '../statistics/engine/engine-state.ts';
import { forecastRollout } from '../statistics/planning/rollout-forecast.ts';
import type { Draws } from './draws.ts';
import { type Kills, killsOf } from './kills-of.ts';
import { type Quantiles, quantilesOf } from './quantiles.ts';
import { type Baselines, ratioOfHarm, rehearsedGuards } from './rehearsed-guard.ts';
import { runShadow, type ShadowRun } from './run-shadow.ts';
import type { Shadow, ShadowSetting } from './shadow.ts';

export interface SimulationInput {
  readonly plan: RolloutPlan;
  /** What the books would be told when it starts: its guards have their margins, limits and measures. */
  readonly epoch: EpochPlan;
  /** New units, both arms together. */
  readonly unitsPerMinute: number;
  readonly baselines: Baselines;
  /** How many times as bad: 2 is twice the errors, or half the sales. */
  readonly severities: readonly number[];
  /** The guards that are harmed, one at a time. */
  readonly harmed: readonly string[];
  /** Of each situation; fewer where the work would be too much. */
  readonly runs: number;
  readonly nowMs: number;
  readonly windowAt: ShadowSetting['windowAt'];
  readonly draws: Draws;
}

export interface Simulation {
  /** Of each situation. */
  readonly runs: number;
  /** The bound on false kills that the plan asks for: it holds whatever the traffic. */
  readonly alpha: number;
  /** What a change does that does no harm. */
  readonly healthy: {
    readonly falseKills: number;
    /** Rolled back, but not for harm: a deadline passed. */
    readonly rolledBack: number;
    readonly unfinished: number;
    readonly minutesToFull: Quantiles;
    readonly stages: readonly StagePassages[];
  };
  readonly harms: readonly SimulatedHarm[];
}

/** What became of the runs in one stage. */
export interface StagePassages {
  readonly stageIndex: number;
  readonly treatmentPpm: number;
  /** Runs that came there. */
  readonly reached: number;
  /** By the hold that was the last to end: the timer, the evidence of safety, or whatever else held it. */
  readonly left: readonly { readonly by: HoldReason; readonly runs: number }[];
  readonly killed: number;
  /** By the hold whose deadline passed, or that lasted to the end of the simulation. */
  readonly stuck: readonly { readonly by: HoldReason; readonly runs: number }[];
  /** By guard: the mildest harm that the stage shows by itself while it lasts, on average; null when it shows none. */
  readonly smallestHarm: Readonly<Record<string, number | null>>;
}

export interface SimulatedHarm extends Kills {
  readonly metric: string;
  readonly severity: number;
  /** Treatment over control. */
  readonly ratio: number;
}

/** Looks of all runs together, with one guard: a few seconds of one processor. */
const LOOKS_MAX = 25_000;
/** What each further guard adds to the work of a look. */
const WORK_OF_GUARD = 1 / 4;

/**
 * Rehearses a plan from its start, many times: once without harm and once with each harm that is asked about. Situations
 * take turns, and no new turn begins when the looks are used up. People are not rehearsed: approvals are given at once,
 * and other rollouts have succeeded. Yields after every look; the same draws give the same answer.
 */
export function* simulatePlan(input: SimulationInput): Generator<void, Simulation> {
  const { draws, harmed, plan, runs, severities } = input;
  const start = startOf(input);
  const harms = harmed.flatMap((metric) => severities.map((severity) => harmOf(start, { metric, severity })));
  const situations = [{}, ...harms.map(({ metric, ratio }) => ({ [metric]: ratio }))];
  const done: ShadowRun[][] = situations.map(() => []);
  const looksMax = LOOKS_MAX / (1 + WORK_OF_GUARD * (plan.guards.length - 1));
  let lookCount = 0;
  for (let turn = 0; turn < runs && lookCount < looksMax; turn++) {
    for (const [index, ratios] of situations.entries()) {
      const run = yield* runShadow(settingOf(input, start, ratios), start, { draws });
      lookCount += run.lookCount;
      done[index]?.push(run);
    }
  }
  const [healthy = [], ...harmful] = done;
  return {
    runs: healthy.length,
    alpha: plan.alpha,
    healthy: {
      falseKills: healthy.filter(({ end }) => end === 'killed').length,
      rolledBack: healthy.filter(({ end }) => end === 'rolledBack').length,
      unfinished: healthy.filter(({ end }) => end === 'unfinished').length,
      minutesToFull: quantilesOf(healthy.map(({ fullAfterMs }) => inMinutes(fullAfterMs))),
      stages: passagesOf(input, start, healthy),
    },
    harms: harms.map((harm, index) => ({ ...harm, ...killsOf(harmful[index] ?? []) })),
  };
}

/** The guards of an epoch of which nothing was counted. */
export function guardsOfEpoch({ guards }: EpochPlan): readonly GuardSummary[] {
  return guards.map((guard) => {
    const { key: metric, harm, maxRate } = guard;
    const limit = maxRate === undefined ? {} : { limit: { maxRate, units: 0, events: 0 } };
    return { metric, harm, measure: measureOf(guard), ...limit };
  });
}

/** Before anything was counted. */
export function startOf({ plan, epoch, nowMs }: SimulationInput): Shadow {
  const config = engineConfigOf(epoch);
  return {
    nowMs,
    state: { kind: 'scheduled', startAtMs: Math.max(nowMs, plan.startAtMs ?? nowMs) },
    summary: {
      rolloutId: epoch.rolloutId,
      epoch: epoch.epoch,
      guards: guardsOfEpoch(epoch),
      strata: [],
      crossoverCount: 0,
      unmatchedOutcomeCount: 0,
      waitingOutcomeCount: 0,
      browserUnitCount: 0,
      unitCount: 0,
      lastExposureAtMs: null,
      newestRecordAtMs: nowMs,
      ticks: { config, state: createEngine(config), pending: { stageIndex: 0, strata: [] } },
    },
    treatedUnits: 0,
    waiting: [],
    decision: null,
  };
}

function settingOf(
  { plan, unitsPerMinute, baselines, windowAt }: SimulationInput,
  { summary }: Shadow,
  ratios: ShadowSetting['ratios'],
): ShadowSetting {
  return {
    plan: withoutPeople(plan),
    guards: rehearsedGuards(summary.guards, baselines),
    unitsPerMinute,
    ratios,
    windowAt,
  };
}

function withoutPeople({ traffic, ...plan }: RolloutPlan): RolloutPlan {
  return { ...plan, stages: plan.stages.map(({ approval, ...stage }) => stage) };
}

function harmOf({ summary }: Shadow, { metric, severity }: Pick<SimulatedHarm, 'metric' | 'severity'>) {
  const harm = summary.guards.find((guard) => guard.metric === metric)?.harm ?? 'up';
  return { metric, severity, ratio: ratioOfHarm(harm, severity) };
}

function passagesOf(input: SimulationInput, start: Shadow, runs: readonly ShadowRun[]): readonly StagePassages[] {
  const smallest = smallestHarms(input, start);
  const passages = runs.flatMap((run) => run.passages);
  return input.plan.stages.map(({ treatmentPpm }, stageIndex) => {
    const here = passages.filter((passage) => passage.stageIndex === stageIndex);
    const ended = (...ends: (typeof here)[number]['end'][]) => here.filter(({ end }) => ends.includes(end));
    return {
      stageIndex,
      treatmentPpm,
      reached: here.length,
      left: tally(ended('left').map(({ by }) => by)),
      killed: ended('killed').length,
      stuck: tally(ended('rolledBack', 'unfinished').map(({ by }) => by)),
      smallestHarm: smallest[stageIndex] ?? {},
    };
  });
}

function tally(reasons: readonly (HoldReason | null)[]): readonly { readonly by: HoldReason; readonly runs: number }[] {
  const runs = new Map<HoldReason, number>();
  for (const by of reasons) if (by !== null) runs.set(by, (runs.get(by) ?? 0) + 1);
  return [...runs].map(([by, count]) => ({ by, runs: count })).toSorted((one, other) => other.runs - one.runs);
}

/** Of guards that decide: what is only observed shows harm to people alone. */
function smallestHarms({ plan, epoch, baselines, unitsPerMinute }: SimulationInput, { summary }: Shadow) {
  const guards = plan.guards.flatMap(({ metric, mode, weight }) => {
    const baseline = baselines[metric];
    const harm = summary.guards.find((guard) => guard.metric === metric)?.harm;
    if (mode === 'observe' || baseline === undefined || harm === undefined) return [];
    const margins = epoch.guards.find(({ key }) => key === metric)?.margins;
    return [{ metric, harm, weight, baseline, ...(margins === undefined ? {} : { margins }) }];
  });
  const stages = plan.stages.map((stage, index) => {
    const stayMs = index === plan.stages.length - 1 ? plan.bakeMs : stage.dwellMs;
    const waitMs = stage.safeDeadline?.afterMs;
    return {
      treatmentShare: stage.treatmentPpm / 1_000_000,
      minMinutes: stayMs / 60_000,
      ...(waitMs === undefined ? {} : { maxMinutes: Math.max(stayMs, waitMs) / 60_000 }),
    };
  });
  return forecastRollout({ unitsPerMinute, alpha: plan.alpha, stages, guards }).map((forecast) =>
    Object.fromEntries(forecast.guards.map(({ metric, smallestRatio }) => [metric, smallestRatio])),
  );
}

function inMinutes(durationMs: number | null): number | null {
  return durationMs === null ? null : durationMs / 60_000;
}
