import type { Guard, MetricDefinition, RolloutPlan, RolloutStage } from '../../rollout/plan.ts';
import { capOf } from '../../rollout/stage-of.ts';
import { ALPHA_RAMP } from '../../statistics/engine/read-engine.ts';
import { logSafety } from '../../statistics/label-betting.ts';
import { attemptShare } from '../attempt-alpha.ts';
import { haveSameScope, isWiderScope } from '../find-scope-flaws.ts';
import type { PlanPath } from '../plan-flaw.ts';
import { ANTI_PATTERNS, type AntiPattern, type AntiPatternId } from './anti-patterns.ts';

/** What is known of the place where the plan is to run; whatever is absent is not judged. */
export interface LintFacts {
  readonly traffic?: Traffic;
  readonly flag?: { readonly tags: readonly string[] };
  /** By key, for guards without a definition of their own. */
  readonly metrics?: ReadonlyMap<string, MetricDefinition>;
  readonly killCount?: number;
}

export interface Traffic {
  /** Different units that ask for the flag, or an upper bound of that. */
  readonly unitsPerDay: number;
  /** Share of units in control that count for a guard, by the guard's name. */
  readonly rates?: Readonly<Record<string, number>>;
}

export interface LintWarning extends AntiPattern {
  readonly id: AntiPatternId;
  readonly path: PlanPath;
  /** What of this plan it is about. */
  readonly detail: string;
}

const FULL_PPM = 1_000_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const BIG_BANG_PPM = 250_000;
const FIRST_STAGE_PPM_MAX = 50_000;
const JUMP_FACTOR_MAX = 5;
const DWELL_MIN_MS = 5 * MINUTE_MS;
const BAKE_MIN_MS = 10 * MINUTE_MS;
const ALPHA_MAX = 0.1;
const CONTROL_PPM_MIN = 50_000;
const UNITS_MIN = 100;
const SAFETY_GOAL = Math.log(1 / ALPHA_RAMP);

/** What people will regret of a plan that could be started. Pure; none of it keeps the plan from being started. */
export function lintPlan(plan: RolloutPlan, facts: LintFacts = {}): LintWarning[] {
  return [
    ...lintStages(plan),
    ...lintControl(plan),
    ...lintCaps(plan),
    ...lintGuards(plan, facts),
    ...lintBounds(plan),
    ...lintTraffic(plan, facts),
    ...lintSurroundings(facts),
  ];
}

function warn(id: AntiPatternId, path: PlanPath, detail: string): LintWarning {
  return { id, ...ANTI_PATTERNS[id], path, detail };
}

function lintStages({ stages }: RolloutPlan): LintWarning[] {
  return stages.flatMap((stage, index) => {
    const { treatmentPpm, dwellMs, minUnits } = stage;
    const path = ['stages', index];
    const before = stages[index - 1];
    const warnings: LintWarning[] = [];
    const share = percent(treatmentPpm);
    const isFirst = before === undefined || !haveSameScope(stage, before);
    if (before !== undefined && !isWiderScope(stage.scope, before.scope)) {
      const detail = `Stage ${index + 1} is not seen to be for everybody that stage ${index} is for.`;
      warnings.push(warn('scope-narrows', [...path, 'scope'], detail));
    }
    if (isFirst && treatmentPpm > FIRST_STAGE_PPM_MAX) {
      const id = treatmentPpm > BIG_BANG_PPM ? 'big-bang' : 'first-stage-large';
      warnings.push(warn(id, [...path, 'treatment'], `It treats ${share}.`));
    }
    if (before !== undefined && treatmentPpm > before.treatmentPpm * JUMP_FACTOR_MAX) {
      warnings.push(warn('jump-large', [...path, 'treatment'], `From ${percent(before.treatmentPpm)} to ${share}.`));
    }
    if (treatmentPpm < FULL_PPM && dwellMs < DWELL_MIN_MS) {
      warnings.push(warn('dwell-short', [...path, 'dwell'], `At ${share} it stays for ${minutes(dwellMs)}.`));
    }
    if (minUnits < UNITS_MIN) {
      warnings.push(warn('sample-small', [...path, 'minUnits'], `At ${share} it asks for ${minUnits}.`));
    }
    return warnings;
  });
}

function lintControl({ stages, controlSamplePpm = FULL_PPM }: RolloutPlan): LintWarning[] {
  return stages.flatMap(({ treatmentPpm }, index) => {
    const controlPpm = Math.min(FULL_PPM - treatmentPpm, controlSamplePpm);
    if (controlPpm === 0 || controlPpm >= CONTROL_PPM_MIN || treatmentPpm === FULL_PPM) return [];
    const at = ['stages', index, 'treatment'];
    return [warn('control-small', at, `At ${percent(treatmentPpm)} control is ${percent(controlPpm)}.`)];
  });
}

function lintCaps(plan: RolloutPlan): LintWarning[] {
  const endPpm = capOf(plan);
  return (plan.caps ?? []).flatMap(({ maxTreatmentPpm }, index) => {
    if (maxTreatmentPpm < endPpm) return [];
    const detail = `It is ${percent(maxTreatmentPpm)}, and a success gives everybody ${percent(endPpm)}.`;
    return [warn('cap-idle', ['caps', index, 'maxTreatment'], detail)];
  });
}

function lintGuards(plan: RolloutPlan, { metrics = new Map() }: LintFacts): LintWarning[] {
  const { guards, stages, providerGuards = [] } = plan;
  const deciding = guards.filter((guard) => canKill(guard, plan));
  const isMeasured = providerGuards.some(({ mode }) => mode !== 'observe');
  const warnings: LintWarning[] = [];
  if (deciding.length === 0 && !isMeasured) {
    warnings.push(warn('nothing-decides', ['guards'], `The guards are ${namesOf(guards)}.`));
    const approval = stages.findIndex(({ approval: rule }) => rule !== undefined);
    if (approval !== -1) {
      const detail = `Stage ${approval + 1} waits for people only.`;
      warnings.push(warn('approval-only-gate', ['stages', approval, 'approval'], detail));
    }
  }
  const known = deciding.flatMap((guard) => {
    const metric: MetricDefinition | undefined = guard.definition ?? metrics.get(guard.metric);
    return metric === undefined ? [] : [{ guard, metric }];
  });
  for (const { guard, metric } of known) warnings.push(...lintMetric(plan, guard, metric));
  if (known.length === 0 || known.length < deciding.length) return warnings;
  const technical = known.filter(({ metric }) => isTechnical(metric));
  if (technical.length === known.length) {
    warnings.push(warn('only-technical', ['guards'], `The guards are ${namesOf(deciding)}.`));
  }
  if (technical.length === 0) warnings.push(warn('only-business', ['guards'], `The guards are ${namesOf(deciding)}.`));
  if (known.every(({ metric }) => metric.browserEvidence)) {
    warnings.push(warn('browser-evidence-only', ['guards'], `The guards are ${namesOf(deciding)}.`));
  }
  const unwritten = known.find(({ metric }) => metric.description === '');
  if (unwritten !== undefined) {
    const path = ['guards', guards.indexOf(unwritten.guard)];
    warnings.push(warn('criteria-unwritten', path, `The guard ${unwritten.guard.metric} has no description.`));
  }
  return warnings;
}

function lintMetric({ stages, guards }: RolloutPlan, guard: Guard, metric: MetricDefinition): LintWarning[] {
  const warnings: LintWarning[] = [];
  if (metric.kind === 'mean' && /duration|latency/i.test(metric.event)) {
    const detail = `The guard ${guard.metric} is the mean of ${metric.event}.`;
    warnings.push(warn('mean-latency', ['guards', guards.indexOf(guard)], detail));
  }
  const { windowMs = 0 } = 'windowMs' in metric ? metric : {};
  const short = stages.findIndex(({ treatmentPpm, dwellMs }) => treatmentPpm < FULL_PPM && dwellMs < windowMs);
  if (short !== -1) {
    const stage = stages[short];
    const detail = `The guard ${guard.metric} waits for ${time(windowMs)}; stage ${short + 1} stays for ${time(stage?.dwellMs ?? 0)}.`;
    warnings.push(warn('window-longer-than-stay', ['stages', short, 'dwell'], detail));
  }
  return warnings;
}

/** An absolute limit needs no control; everything else needs a stage that has one. */
function canKill({ mode, maxRate }: Guard, { stages }: RolloutPlan): boolean {
  if (mode === 'observe') return false;
  return maxRate !== undefined || stages.some(({ treatmentPpm }) => treatmentPpm < FULL_PPM);
}

/** By how events are called, for nothing else tells: `$error` and `$duration` are the SDKs' own. */
function isTechnical({ event }: MetricDefinition): boolean {
  return /^\$|error|fail|crash|exception|timeout|latency|duration|slow/i.test(event);
}

function lintBounds({ alpha, attempt = 1, bakeMs }: RolloutPlan): LintWarning[] {
  const warnings: LintWarning[] = [];
  const asked = alpha / attemptShare(attempt);
  if (asked > ALPHA_MAX) warnings.push(warn('alpha-large', ['alpha'], `It is ${Number(asked.toPrecision(3))}.`));
  if (bakeMs < BAKE_MIN_MS) warnings.push(warn('no-bake', ['bake'], `It lasts ${minutes(bakeMs)}.`));
  return warnings;
}

function lintTraffic({ stages, guards, controlSamplePpm = FULL_PPM }: RolloutPlan, facts: LintFacts): LintWarning[] {
  const { traffic } = facts;
  if (traffic === undefined) return [];
  if (traffic.unitsPerDay === 0) return [warn('flag-silent', ['flag'], 'No unit is known to ask for it.')];
  return stages.flatMap((stage, index) => {
    if (stage.treatmentPpm === FULL_PPM) return [];
    const before = stages[index - 1]?.treatmentPpm ?? 0;
    // Units that were treated in an earlier stage do not count again.
    const newPpm = Math.min(stage.treatmentPpm - before, FULL_PPM - stage.treatmentPpm, controlSamplePpm);
    const neededMs = (stage.minUnits / ((traffic.unitsPerDay * newPpm) / FULL_PPM)) * DAY_MS;
    const path = ['stages', index];
    const warnings: LintWarning[] = [];
    if (neededMs > stage.dwellMs) {
      const detail = `At ${percent(stage.treatmentPpm)}, ${stage.minUnits} new units in each arm take about ${time(neededMs)}; it stays for ${time(stage.dwellMs)}.`;
      warnings.push(warn('hold-too-short', [...path, 'dwell'], detail));
    }
    const proof = slowestProof(stage, guards, traffic);
    if (proof !== undefined && proof.neededMs > proof.allowedMs) {
      const detail = `At ${percent(stage.treatmentPpm)}, ruling out a ratio of ${stage.safeRatio} for ${proof.metric} takes about ${time(proof.neededMs)}.`;
      warnings.push(warn('proof-out-of-reach', [...path, 'safeRatio'], detail));
    }
    return warnings;
  });
}

/** A rollout that waits for longer than this without a deadline of its own is not what anybody meant. */
const PROOF_MS_MAX = 7 * DAY_MS;

/** How long the proof of safety takes if nothing is wrong: the evidence that the expected counts bring, per unit. */
function slowestProof(stage: RolloutStage, guards: readonly Guard[], { unitsPerDay, rates = {} }: Traffic) {
  const { safeRatio, safeDeadline, treatmentPpm } = stage;
  if (safeRatio === undefined) return undefined;
  const treatmentShare = treatmentPpm / FULL_PPM;
  const perEvent = logSafety([{ treatmentShare, treatment: treatmentShare, control: 1 - treatmentShare }], safeRatio);
  const proofs = guards.flatMap(({ metric }) => {
    const rate = rates[metric];
    if (rate === undefined) return [];
    return [{ metric, neededMs: (SAFETY_GOAL / (perEvent * rate) / unitsPerDay) * DAY_MS }];
  });
  const [slowest] = proofs.toSorted((one, other) => other.neededMs - one.neededMs);
  return slowest && { ...slowest, allowedMs: safeDeadline?.afterMs ?? PROOF_MS_MAX };
}

function lintSurroundings({ flag, killCount }: LintFacts): LintWarning[] {
  const warnings: LintWarning[] = [];
  if (killCount === 0) warnings.push(warn('kill-never-seen', [], 'None is on record.'));
  const tag = flag?.tags.find((one) => /^(schema|migration)$/i.test(one));
  if (tag !== undefined) warnings.push(warn('schema-change', ['flag'], `It has the tag ${tag}.`));
  return warnings;
}

function namesOf(guards: readonly Guard[]): string {
  return guards.map(({ metric }) => metric).join(', ');
}

function percent(ppm: number): string {
  return `${ppm / 10_000} %`;
}

function minutes(durationMs: number): string {
  return `${Number((durationMs / MINUTE_MS).toPrecision(3))} min`;
}

/** Two digits: an estimate knows no more. */
function time(durationMs: number): string {
  const [size, unit] =
    durationMs >= 2 * DAY_MS
      ? [DAY_MS, 'd']
      : durationMs >= 120 * MINUTE_MS
        ? [60 * MINUTE_MS, 'h']
        : [MINUTE_MS, 'min'];
  return `${Number((durationMs / size).toPrecision(2))} ${unit}`;
}
