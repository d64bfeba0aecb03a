import type { EvidenceSummary, TickSummary } from '../evidence/summary.ts';
import type { RunAssessment } from '../limits/assess-run.ts';
import { assessRollout } from '../rollout/assess-rollout.ts';
import { decide } from '../rollout/decide.ts';
import type { Decision, DecisionInput } from '../rollout/decision.ts';
import type { RolloutPlan } from '../rollout/plan.ts';
import { stageIndexOf } from '../rollout/stage-index-of.ts';
import type { RolloutState } from '../rollout/state.ts';
import { countStep, type Outcome } from './count-step.ts';
import { type Arrivals, drawArrivals } from './draw-arrivals.ts';
import { drawSums } from './draw-sums.ts';
import type { Draws } from './draws.ts';
import type { RehearsedGuard } from './rehearsed-guard.ts';

/** What stays the same while a rollout is rehearsed. */
export interface ShadowSetting {
  readonly plan: RolloutPlan;
  readonly guards: readonly RehearsedGuard[];
  /** New units, both arms together. */
  readonly unitsPerMinute: number;
  /** Treatment over control by metric; 1 where there is none. */
  readonly ratios: Readonly<Record<string, number>>;
  /** When shares may rise, for a plan with windows. */
  readonly windowAt: (nowMs: number) => NonNullable<DecisionInput['window']>;
}

/**
 * A rollout that is not: its state and its evidence at one moment, to be carried on with drawn increments. Whatever is
 * counted, assessed and decided is so by the functions that the controller uses; only the events are made up. Nothing
 * of what it was copied from changes, for none of it can: all of it are plain readonly values.
 */
export interface Shadow {
  readonly nowMs: number;
  readonly state: RolloutState;
  readonly summary: EvidenceSummary & { readonly ticks: TickSummary };
  /** Treated since the rehearsal began. */
  readonly treatedUnits: number;
  /** Units whose windows are still open, oldest first. */
  readonly waiting: readonly Waiting[];
  /** At its last look. */
  readonly decision: Decision | null;
}

interface Waiting {
  readonly metric: string;
  readonly dueMs: number;
  readonly arrivals: Arrivals;
}

/** As often as evidence is folded. A rehearsal with longer steps leaves looks out, but is never "down". */
export const LOOK_MS = 10_000;
const EVERYONE_CONFIRMED = { connectedCount: 0, confirmedCount: 0 };

/** One step: units come, the engine folds what they did, and the controller looks at it. */
export function stepShadow(
  setting: ShadowSetting,
  shadow: Shadow,
  { stepMs, draws }: { readonly stepMs: number; readonly draws: Draws },
): Shadow {
  const { plan } = setting;
  const nowMs = shadow.nowMs + stepMs;
  const stageIndex = stageIndexOf(shadow.state, plan.stages.length);
  const came =
    stageIndex === null
      ? null
      : drawArrivals(plan, { stageIndex, meanUnits: (setting.unitsPerMinute * stepMs) / 60_000 }, draws);
  const { settled, waiting } = settle(setting, { shadow, came, nowMs });
  const outcomes = settled.map((one) => ({ ...one, sums: sumsOf(setting, one, draws) }));
  const summary = countStep(shadow.summary, { came, outcomes, nowMs, stageIndex: stageIndex ?? 0 });
  const looked = { ...shadow, nowMs, summary, waiting, treatedUnits: shadow.treatedUnits + (came?.treated ?? 0) };
  const decision = decide(lookAt(setting, looked));
  return { ...looked, decision, state: published(decision.state) };
}

/** What providers measure is not drawn: a rehearsal shows what the evidence of units does. */
function everyProviderIsContent({ providerGuards = [] }: RolloutPlan): RunAssessment {
  const content = { verdict: 'successful', detail: '' } as const;
  return { ...content, metrics: providerGuards.map(({ name }) => ({ name, ...content })) };
}

function lookAt({ plan, windowAt }: ShadowSetting, { nowMs, state, summary }: Shadow): DecisionInput {
  return {
    plan,
    state,
    summary,
    assessment: assessRollout({ plan, state, summary, toDecideOnly: true }),
    command: null,
    confirmation: EVERYONE_CONFIRMED,
    ...(plan.windows === undefined ? {} : { window: windowAt(nowMs) }),
    isDependencyMet: true,
    measured: everyProviderIsContent(plan),
    gates: (plan.gates ?? []).map(({ name }) => ({ name, answer: 'open', detail: '' })),
    nowMs,
    lastLookAtMs: nowMs - LOOK_MS,
  };
}

/** The kill's own change has a revision once it is written. */
function published(state: RolloutState): RolloutState {
  return state.kind === 'aborting' && state.revision === null ? { ...state, revision: 0 } : state;
}

interface Settled {
  readonly guard: RehearsedGuard;
  readonly arrivals: Arrivals;
}

/** Whose outcomes are known now: those who came, where there is no window, and those whose window has ended. */
function settle(
  { guards }: ShadowSetting,
  { shadow, came, nowMs }: { readonly shadow: Shadow; readonly came: Arrivals | null; readonly nowMs: number },
): { readonly settled: readonly Settled[]; readonly waiting: readonly Waiting[] } {
  const settled: Settled[] = [];
  const begun: Waiting[] = [];
  for (const guard of guards) {
    if (came === null) continue;
    const windowMs = 'windowMs' in guard.measure ? guard.measure.windowMs : undefined;
    if (windowMs === undefined) settled.push({ guard, arrivals: came });
    else begun.push({ metric: guard.metric, dueMs: nowMs + windowMs, arrivals: came });
  }
  if (shadow.waiting.length + begun.length === 0) return { settled, waiting: [] };
  for (const { metric, dueMs, arrivals } of shadow.waiting) {
    const guard = guards.find((one) => one.metric === metric);
    if (dueMs <= nowMs && guard !== undefined) settled.push({ guard, arrivals });
  }
  return { settled, waiting: [...shadow.waiting.filter(({ dueMs }) => dueMs > nowMs), ...begun] };
}

function sumsOf({ ratios }: ShadowSetting, { guard, arrivals }: Settled, draws: Draws): Outcome['sums'] {
  const { units, treated } = arrivals;
  const ratio = ratios[guard.metric] ?? 1;
  const control = drawSums(guard, { units: units.control, ratio: 1 }, draws);
  const treatment = drawSums(guard, { units: units.treatment, ratio }, draws);
  if (guard.maxRate === undefined || treatment.kind !== 'rate') return { arms: { control, treatment }, limit: null };
  const others = drawSums(guard, { units: treated - units.treatment, ratio }, draws);
  const events = treatment.events + (others.kind === 'rate' ? others.events : 0);
  return { arms: { control, treatment }, limit: { units: treated, events } };
}
