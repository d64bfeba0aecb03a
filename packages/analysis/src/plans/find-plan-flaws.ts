import type {
  ApprovalRule,
  Gate,
  Guard,
  Hook,
  MetricDefinition,
  RaiseWindow,
  RolloutPlan,
  RolloutStage,
} from '../rollout/plan.ts';
import { ownDurationMs } from './expand-plan.ts';
import { findExperimentFlaws } from './find-experiment-flaws.ts';
import { findGateFlaws } from './find-gate-flaws.ts';
import { findHookFlaws } from './find-hook-flaws.ts';
import { findProviderGuardFlaws } from './find-provider-guard-flaws.ts';
import { findScopeFlaws, haveSameScope } from './find-scope-flaws.ts';
import { findScoreFlaws } from './find-score-flaws.ts';
import { findSegmentCapFlaws } from './find-segment-cap-flaws.ts';
import type { PlanFlaw, PlanPath } from './plan-flaw.ts';

/** What a plan is held to: what there is where it is to run. */
export interface PlanSurroundings {
  /** The keys of the flag's variations. */
  readonly variations: readonly string[];
  /** The metrics of the environment, by key, at least those that guards name. */
  readonly metrics: ReadonlyMap<string, MetricDefinition>;
  /** How many may say yes to a stage that asks for this, in this environment. */
  countApprovers(rule: ApprovalRule): number;
  /** Whether the project has such an environment beside the plan's own. */
  hasEnvironment(key: string): boolean;
  /** What is wrong with a cron expression or a time zone. */
  findWindowFlaw(window: RaiseWindow): string | undefined;
  /** Why a gate could not be asked from here. */
  findGateFlaw(gate: Gate): string | undefined;
  /** Why a hook could not be told from here. */
  findHookFlaw(hook: Hook): string | undefined;
}

const FULL_PPM = 1_000_000;

/** Everything that keeps an expanded plan from being started. Pure; none at all for a plan that can run. */
export function findPlanFlaws(plan: RolloutPlan, surroundings: PlanSurroundings): PlanFlaw[] {
  return [
    ...findArmFlaws(plan, surroundings),
    ...findStageFlaws(plan),
    ...findGuardFlaws(plan, surroundings),
    ...findMarginFlaws(plan, surroundings),
    ...findProviderGuardFlaws(plan),
    ...findExperimentFlaws(plan, surroundings),
    ...findScopeFlaws(plan),
    ...findSegmentCapFlaws(plan),
    ...findScoreFlaws(plan),
    ...findCapFlaws(plan),
    ...findApprovalFlaws(plan, surroundings),
    ...findWaitFlaws(plan),
    ...findTimeFlaws(plan, surroundings),
    ...findGateFlaws(plan, surroundings),
    ...findHookFlaws(plan, surroundings),
  ];
}

function findArmFlaws({ treatment, control }: RolloutPlan, { variations }: PlanSurroundings): PlanFlaw[] {
  const there = variations.join(', ');
  const unknown = (
    [
      ['treatment', treatment],
      ['control', control],
    ] as const
  ).filter(([, variation]) => !variations.includes(variation));
  const flaws: PlanFlaw[] = unknown.map(([arm, variation]) => ({
    code: 'unknown-variation',
    path: [arm],
    detail: `The flag has the variations ${there}, and no ${variation}: name one of them.`,
  }));
  if (treatment !== control) return flaws;
  const detail = `Treatment and control must differ; both are ${treatment}. Name another variation: ${there}.`;
  return [...flaws, { code: 'unknown-variation', path: ['treatment'], detail }];
}

/** Where the stages end: at the cap, or below what is held back. */
function findCapFlaws({ holdback, maxTreatmentPpm }: RolloutPlan): PlanFlaw[] {
  if (holdback === undefined || maxTreatmentPpm === undefined) return [];
  const detail = `Whoever is beyond maxTreatment, ${percent(maxTreatmentPpm)}, keeps control for good: leave the holdback out.`;
  return [{ code: 'invalid-plan', path: ['holdback'], detail }];
}

function findStageFlaws({ stages, holdback, maxTreatmentPpm = FULL_PPM }: RolloutPlan): PlanFlaw[] {
  const endPpm = Math.min(maxTreatmentPpm, FULL_PPM - (holdback?.ppm ?? 0));
  const refuse = (index: number, detail: string): PlanFlaw => ({
    code: 'invalid-stages',
    path: ['stages', index, 'treatment'],
    detail,
  });
  const falling = stages.flatMap((stage, index) => {
    const { treatmentPpm } = stage;
    const before = stages[index - 1];
    if (before === undefined || treatmentPpm > before.treatmentPpm) return [];
    // The same share of more people.
    if (treatmentPpm === before.treatmentPpm && !haveSameScope(stage, before)) return [];
    const detail = `Each stage must rise above the one before it; ${percent(treatmentPpm)} follows ${percent(before.treatmentPpm)}.`;
    return [refuse(index, detail)];
  });
  const last = stages.at(-1)?.treatmentPpm ?? 0;
  if (last === endPpm) return falling;
  const full = `The last stage must be ${percent(endPpm)}, not ${percent(last)}`;
  const why = holdback === undefined ? ', which maxTreatment says.' : ': the rest is held back.';
  const remedy = endPpm === FULL_PPM ? ': add a stage of 100 %.' : why;
  return [...falling, refuse(stages.length - 1, full + remedy)];
}

function findGuardFlaws({ guards, stages }: RolloutPlan, { metrics }: PlanSurroundings): PlanFlaw[] {
  return guards.flatMap((guard, index) => {
    const { metric, definition, margins } = guard;
    const flaws: PlanFlaw[] = [];
    const path = ['guards', index];
    if (definition === undefined && !metrics.has(metric)) {
      const detail = `The environment has no metric ${metric}: create it, or name a template.`;
      flaws.push({ code: 'unknown-metric', path: [...path, 'metric'], detail });
    }
    if (guards.findIndex((other) => other.metric === metric) < index) {
      const detail = `Two guards are called ${metric}: leave one out, or give it another name as metric (a template's guard may be called anything).`;
      flaws.push({ code: 'invalid-plan', path: [...path, 'metric'], detail });
    }
    if (margins !== undefined && margins.length !== stages.length) {
      const detail = `One margin for each of the ${stages.length} stages, null where a stage has none; came ${margins.length}.`;
      flaws.push({ code: 'invalid-plan', path: [...path, 'margins'], detail });
    }
    const contradicted = margins?.findIndex(
      (margin, stage) => margin === null && stages[stage]?.safeRatio !== undefined,
    );
    if (contradicted !== undefined && contradicted !== -1) {
      const detail = `Stage ${contradicted + 1} has a safeRatio for every guard, and this one says null: say a margin, or take the stage's ratio out.`;
      flaws.push({ code: 'invalid-plan', path: [...path, 'margins', contradicted], detail });
    }
    const { kind } = definition ?? metrics.get(metric) ?? { kind: 'binary' };
    for (const name of ['maxRate', 'tolerance'] as const) {
      if (guard[name] === undefined || (kind ?? 'binary') === 'binary') continue;
      const detail = `Only a metric that counts units (binary) has a ${name}; ${metric} is a ${kind}: leave it out.`;
      flaws.push({ code: 'invalid-plan', path: [...path, name], detail });
    }
    return flaws;
  });
}

/** A ratio above 1 is worse where harm is up, below 1 where harm is down: one on the other side says nothing. */
function findMarginFlaws(plan: RolloutPlan, { metrics }: PlanSurroundings): PlanFlaw[] {
  const { guards, stages } = plan;
  const harmOf = ({ definition, metric }: Guard) => (definition ?? metrics.get(metric))?.harm;
  const ofGuards = guards.flatMap((guard, index) => {
    const harm = harmOf(guard);
    if (harm === undefined) return [];
    const { tolerance, margins = [] } = guard;
    const side = harm === 'up' ? 'above' : 'below';
    const refuse = (path: PlanPath, ratio: number): PlanFlaw => {
      const detail = `For ${guard.metric}, which harms by going ${harm}, the ratio must be ${side} 1; came ${ratio}.`;
      return { code: 'invalid-plan', path: ['guards', index, ...path], detail };
    };
    return [
      ...(tolerance === undefined || tolerance === 1 || isWorse(tolerance, harm)
        ? []
        : [refuse(['tolerance'], tolerance)]),
      ...margins.flatMap((margin, stage) =>
        margin === null || isWorse(margin, harm) ? [] : [refuse(['margins', stage], margin)],
      ),
    ];
  });
  // A stage says it once for guards of both directions: 1.25 is a quarter more errors, and 1/1.25 of the sales.
  const ofStages = stages.flatMap(({ safeRatio }, index) => {
    if (safeRatio !== 1) return [];
    const detail = 'A ratio of 1 is no harm, so there is nothing to rule out: name one like 1.25, or leave it out.';
    return [{ code: 'invalid-plan', path: ['stages', index, 'safeRatio'], detail } as const];
  });
  return [...ofGuards, ...ofStages];
}

function isWorse(ratio: number, harm: 'up' | 'down'): boolean {
  return harm === 'up' ? ratio > 1 : ratio < 1;
}

/** Nobody is asked who cannot answer. */
function findApprovalFlaws({ stages }: RolloutPlan, { countApprovers }: PlanSurroundings): PlanFlaw[] {
  return stages.flatMap(({ approval }, index): PlanFlaw[] => {
    if (approval === undefined) return [];
    const there = countApprovers(approval);
    if (there >= approval.count) return [];
    const whose = approval.roles === undefined ? 'may raise exposure' : `have the role ${approval.roles.join(' or ')}`;
    const others = approval.notAuthor ? ' other than yours' : '';
    const detail = `It takes ${approval.count} approvals, and only ${there} keys${others} ${whose}: make keys for people, or ask for fewer.`;
    return [{ code: 'invalid-plan', path: ['stages', index, 'approval', 'count'], detail }];
  });
}

/** Nothing waits for ever. */
function findWaitFlaws(plan: RolloutPlan): PlanFlaw[] {
  const { stages, guards, maxDuration, health = {} } = plan;
  const { sampleRatio, crossover, noData, lostEvents, confirmation } = health;
  const waits: readonly (readonly [PlanPath, { readonly afterMs: number } | undefined])[] = [
    [['maxDuration'], maxDuration],
    [['health', 'sampleRatio', 'deadline'], sampleRatio?.deadline],
    [['health', 'crossover', 'deadline'], crossover?.deadline],
    [['health', 'noData', 'deadline'], noData?.deadline],
    [['health', 'confirmation', 'deadline'], confirmation?.deadline],
    [['after', 'deadline'], plan.after?.deadline],
    [['health', 'lostEvents', 'deadline'], lostEvents?.deadline],
    ...(plan.gates ?? []).map(({ deadline }, index) => [['gates', index, 'deadline'], deadline] as const),
    ...guards.map(
      ({ noOutcomes }, index) => [['guards', index, 'noOutcomes', 'deadline'], noOutcomes?.deadline] as const,
    ),
    ...stages.flatMap((stage, index) => waitsOf(stage, ['stages', index])),
  ];
  const own = ownDurationMs(plan);
  const tooShort: PlanFlaw[] =
    maxDuration === undefined || maxDuration.afterMs === 0 || maxDuration.afterMs >= own
      ? []
      : [
          {
            code: 'invalid-plan',
            path: ['maxDuration', 'after'],
            detail: `The plan takes ${own / 60_000} min when nothing holds it, longer than this allows: give it more time.`,
          },
        ];
  const passed = waits.flatMap(([path, wait]) => {
    if (wait === undefined || wait.afterMs > 0) return [];
    const detail = 'A deadline lies ahead; this one has passed when it begins. Give it a duration above 0.';
    return [{ code: 'invalid-plan', path: [...path, 'after'], detail } as const];
  });
  return [...passed, ...tooShort];
}

function waitsOf({ safeDeadline, approval, experiment }: RolloutStage, path: PlanPath) {
  return [
    [[...path, 'safeDeadline'], safeDeadline],
    [[...path, 'approval', 'deadline'], approval?.deadline],
    [[...path, 'experiment', 'deadline'], experiment?.deadline],
  ] as const;
}

function findTimeFlaws({ windows = [], after }: RolloutPlan, surroundings: PlanSurroundings): PlanFlaw[] {
  const ofWindows = windows.flatMap((window, index): PlanFlaw[] => {
    const flaw = surroundings.findWindowFlaw(window);
    return flaw === undefined ? [] : [{ code: 'invalid-plan', path: ['windows', index], detail: flaw }];
  });
  if (after === undefined || surroundings.hasEnvironment(after.environment)) return ofWindows;
  const detail = `The project has no other environment ${after.environment}: name one by its key, like staging.`;
  return [...ofWindows, { code: 'unknown-environment', path: ['after', 'environment'], detail }];
}

function percent(ppm: number): string {
  return `${ppm / 10_000} %`;
}
