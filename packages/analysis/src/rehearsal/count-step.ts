import { limitKeyOf } from '../evidence/engine-config-of.ts';
import type { EvidenceSummary, GuardSummary, StratumSummary, TickSummary } from '../evidence/summary.ts';
import { addSums } from '../statistics/engine/add-sums.ts';
import { foldTick } from '../statistics/engine/fold-tick.ts';
import { mergeTicks } from '../statistics/engine/merge-ticks.ts';
import type { ArmPair, GuardSums, Tick, TickStratum } from '../statistics/engine/tick.ts';
import type { Arrivals } from './draw-arrivals.ts';
import type { RehearsedGuard } from './rehearsed-guard.ts';

/** What units that came did to one guard. */
export interface Outcome {
  readonly guard: RehearsedGuard;
  readonly arrivals: Arrivals;
  readonly sums: {
    readonly arms: ArmPair<GuardSums>;
    /** Treated units, those without evidence too: what a limit counts. Null where there is none. */
    readonly limit: { readonly units: number; readonly events: number } | null;
  };
}

interface Step {
  readonly came: Arrivals | null;
  readonly outcomes: readonly Outcome[];
  readonly nowMs: number;
  readonly stageIndex: number;
}

/** The books after the step: the tick is folded, and the sums over strata and guards grow. */
export function countStep<Summary extends EvidenceSummary & { readonly ticks: TickSummary }>(
  summary: Summary,
  step: Step,
): Summary {
  const { came, nowMs, outcomes, stageIndex } = step;
  const { config, state, pending } = summary.ticks;
  const drawn: Tick = { stageIndex, strata: ticksOf(step) };
  const tick = pending.strata.length === 0 ? drawn : mergeTicks([drawn, pending]);
  const isAny = tick.strata.length > 0;
  const newUnits = came === null ? 0 : came.units.control + came.units.treatment;
  return {
    ...summary,
    guards: outcomes.length === 0 ? summary.guards : summary.guards.map((guard) => grown(guard, outcomes)),
    strata: addToStrata(summary.strata, step),
    unitCount: summary.unitCount + newUnits,
    lastExposureAtMs: newUnits === 0 ? summary.lastExposureAtMs : nowMs,
    newestRecordAtMs: nowMs,
    // A tick in which nothing was counted is none, but the stage in force is told at once.
    ticks: { config, state: isAny ? foldTick(config, state, tick) : state, pending: { stageIndex, strata: [] } },
  };
}

function ticksOf({ came, outcomes, stageIndex }: Step): readonly TickStratum[] {
  const strata: TickStratum[] = [];
  if (came !== null && came.units.control + came.units.treatment > 0) strata.push(stratumOf(came, outcomes));
  for (const outcome of outcomes) {
    if (outcome.arrivals === came) continue;
    strata.push({ ...stratumOf(outcome.arrivals, [outcome]), units: { control: 0, treatment: 0 } });
  }
  const limits = outcomes.flatMap(({ guard, sums }) => (sums.limit === null ? [] : [{ guard, limit: sums.limit }]));
  if (limits.length === 0) return strata;
  const guards = limits.map(({ guard, limit }): [string, ArmPair<GuardSums>] => [
    limitKeyOf(guard.metric),
    { control: { kind: 'rate', units: 0, events: 0 }, treatment: { kind: 'rate', ...limit } },
  ]);
  return [
    ...strata,
    { stageIndex, treatmentShare: 1, units: { control: 0, treatment: 0 }, guards: summedByKey(guards) },
  ];
}

function stratumOf(arrivals: Arrivals, outcomes: readonly Outcome[]): TickStratum {
  const { stageIndex, treatmentShare, units } = arrivals;
  const guards = outcomes
    .filter((one) => one.arrivals === arrivals)
    .map(({ guard, sums }): [string, ArmPair<GuardSums>] => [guard.metric, sums.arms]);
  return { stageIndex, treatmentShare, units, guards: Object.fromEntries(guards) };
}

/** Of several windows that end at once. */
function summedByKey(entries: readonly (readonly [string, ArmPair<GuardSums>])[]) {
  const sums: Record<string, ArmPair<GuardSums>> = {};
  for (const [key, pair] of entries) {
    const known = sums[key];
    sums[key] = known === undefined ? pair : addPairs(known, pair);
  }
  return sums;
}

function addPairs(one: ArmPair<GuardSums>, other: ArmPair<GuardSums>): ArmPair<GuardSums> {
  return { control: addSums(one.control, other.control), treatment: addSums(one.treatment, other.treatment) };
}

function grown(guard: GuardSummary, outcomes: readonly Outcome[]): GuardSummary {
  let { sums, limit } = guard;
  for (const outcome of outcomes) {
    if (outcome.guard.metric !== guard.metric) continue;
    const { arms, limit: added } = outcome.sums;
    sums = sums === undefined ? arms : addPairs(sums, arms);
    if (limit !== undefined && added !== null) {
      limit = { ...limit, units: limit.units + added.units, events: limit.events + added.events };
    }
  }
  return { ...guard, ...(sums === undefined ? {} : { sums }), ...(limit === undefined ? {} : { limit }) };
}

function addToStrata(strata: readonly StratumSummary[], { came, outcomes }: Step): readonly StratumSummary[] {
  let added = strata;
  if (came !== null) added = withStratum(added, came, (stratum) => addUnits(stratum, came.units));
  for (const { arrivals, guard, sums } of outcomes) {
    const { control, treatment } = sums.arms;
    if (control.kind !== 'rate' || treatment.kind !== 'rate') continue;
    const events = { control: control.events, treatment: treatment.events };
    added = withStratum(added, arrivals, (stratum) => addEvents(stratum, guard.metric, events));
  }
  return added;
}

function withStratum(
  strata: readonly StratumSummary[],
  { stageIndex, treatmentShare }: Arrivals,
  change: (stratum: StratumSummary) => StratumSummary,
): readonly StratumSummary[] {
  const isIt = (one: StratumSummary) => one.stageIndex === stageIndex && one.formerControlOf === null;
  if (strata.some(isIt)) return strata.map((one) => (isIt(one) ? change(one) : one));
  const units = { control: 0, treatment: 0 };
  return [...strata, change({ stageIndex, formerControlOf: null, treatmentShare, units, events: {} })];
}

function addUnits(stratum: StratumSummary, { control, treatment }: ArmPair<number>): StratumSummary {
  const { units } = stratum;
  return { ...stratum, units: { control: units.control + control, treatment: units.treatment + treatment } };
}

function addEvents(stratum: StratumSummary, metric: string, added: ArmPair<number>): StratumSummary {
  const known = stratum.events[metric] ?? { control: 0, treatment: 0 };
  const events = { control: known.control + added.control, treatment: known.treatment + added.treatment };
  return { ...stratum, events: { ...stratum.events, [metric]: events } };
}
