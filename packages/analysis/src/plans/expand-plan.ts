import { canonicalJson } from '../rollout/canonical-json.ts';
import type {
  ApprovalRule,
  Deadline,
  Guard,
  HealthRules,
  MetricDefinition,
  RolloutPlan,
  RolloutStage,
} from '../rollout/plan.ts';
import { attemptShare } from './attempt-alpha.ts';
import { expandGates } from './expand-gates.ts';
import { expandProviderGuards } from './expand-provider-guards.ts';
import { expandTraffic } from './expand-traffic.ts';
import { fillTemplate, type GuardTemplate, type Json, referenceOf } from './guard-template.ts';
import type { PlanFlaw, PlanPath } from './plan-flaw.ts';
import { PlanWords } from './plan-words.ts';
import { DWELL_DEFAULT_MS, MIN_UNITS_DEFAULT, stagesOfPreset } from './presets.ts';
import { readDeadline, type WrittenDeadline } from './written-deadline.ts';
import type { WrittenGuard, WrittenHealth, WrittenPlan, WrittenStage } from './written-plan.ts';

/** What a plan may leave to the place where it is made. */
export interface PlanContext {
  /** What the rule serves to everybody; undefined when it serves no single variation. */
  presentVariation(rule: string): string | undefined;
  /** The newest version when none is named. */
  findTemplate(name: string, version: number | undefined): GuardTemplate | undefined;
  /** Holds what a template made to the shape of a metric. */
  readMetric(value: Json): MetricDefinition | { readonly flaw: string };
  /** 1 for the first try of this change, 2 after a rollback of it, and so on. */
  countAttempt(change: { readonly rule: string; readonly treatment: string }): number;
}

export type ExpandedPlan =
  | { readonly kind: 'plan'; readonly plan: RolloutPlan }
  | { readonly kind: 'flawed'; readonly flaws: readonly PlanFlaw[] };

const FULL_PPM = 1_000_000;

/** What a plan does where it says nothing else; `docs/rollouts.md` tells each. */
const DEFAULTS = {
  rule: 'fallthrough',
  unit: 'targetingKey',
  bakeMs: 600_000,
  alpha: 0.05,
  noDataMs: 900_000,
  confirmMs: 10_000,
} as const;

/** Harm that nobody named a metric for is an error of the branch that runs. */
const GUARDS_DEFAULT: readonly Guard[] = [{ metric: 'run-errors', weight: 1 }];

/**
 * Says everything that a written plan leaves unsaid: presets become stages, words become numbers, templates become
 * metrics, defaults are filled in. Pure, and idempotent: a plan that this gave out is given out unchanged.
 */
export function expandPlan(written: WrittenPlan, context: PlanContext): ExpandedPlan {
  const words = new PlanWords();
  const { flag, flagKey = flag, rule = DEFAULTS.rule, treatment } = written;
  if (flagKey === undefined) words.refuse(['flag'], 'Expected the key of a flag; name it.');
  if (flag !== undefined && written.flagKey !== undefined) {
    words.refuse(['flag'], 'It is said twice, as flag and as flagKey: leave one of them out.');
  }
  const control = written.control ?? context.presentVariation(rule);
  if (control === undefined) {
    const detail = `Without a control, the rule ${rule} must serve one variation to everybody: that is the control.`;
    words.refuse(['control'], detail, 'rule-does-not-serve-control');
  }
  const plan = {
    flagKey: flagKey ?? '',
    rule,
    treatment,
    control: control ?? '',
    unit: written.unit ?? DEFAULTS.unit,
    ...stagesOf(written, words),
    bakeMs: words.durationMs({ text: written.bake, value: written.bakeMs }, ['bake']) ?? DEFAULTS.bakeMs,
    guards: written.guards?.map((guard, index) => guardOf(guard, { context, words, path: ['guards', index] })),
    noDataMs: words.durationMs({ text: written.noData, value: written.noDataMs }, ['noData']) ?? DEFAULTS.noDataMs,
    confirmMs: words.durationMs({ text: written.confirm, value: written.confirmMs }, ['confirm']) ?? DEFAULTS.confirmMs,
    ...alphaOf(written, context.countAttempt({ rule, treatment })),
    ...optionsOf(written, words),
    ...expandProviderGuards(written.providerGuards, words),
    ...expandTraffic(written.traffic, words),
    ...expandGates(written.gates, words),
    ...(written.hooks === undefined ? {} : { hooks: written.hooks }),
  };
  if (words.flaws.length > 0) return { kind: 'flawed', flaws: words.flaws };
  const guards = plan.guards ?? GUARDS_DEFAULT;
  return { kind: 'plan', plan: withDeadlines({ ...plan, guards }) };
}

/** Every wait ends: a proof that does not come, and a rollout that is held for whatever reason. */
function withDeadlines(plan: RolloutPlan): RolloutPlan {
  const { stages, guards, maxDuration = { ...MAX_DURATION, afterMs: longEnoughFor(plan) } } = plan;
  const waitsForProof = ({ safeRatio }: RolloutStage, index: number) =>
    safeRatio !== undefined || guards.some(({ margins }) => typeof margins?.[index] === 'number');
  const withDeadline = (stage: RolloutStage, index: number) =>
    waitsForProof(stage, index) ? { safeDeadline: PROOF_DEADLINE, ...stage } : stage;
  return { ...plan, stages: stages.map(withDeadline), maxDuration };
}

const DAY_MS = 86_400_000;
/** What traffic does not prove in a week it will not prove. */
const PROOF_DEADLINE: Deadline = { afterMs: 7 * DAY_MS, then: 'abort' };
/** What did not succeed there in a week is not what anybody waits for here. */
const DEPENDENCY_DEADLINE: Deadline = { afterMs: 7 * DAY_MS, then: 'abort' };
/** Half a change is worse than none: what nobody finished in so long is taken back. */
const MAX_DURATION: Deadline = { afterMs: 30 * DAY_MS, then: 'abort' };

/** A month, or twice as long as the plan takes when nothing holds it. */
function longEnoughFor({ stages, bakeMs }: RolloutPlan): number {
  return Math.max(MAX_DURATION.afterMs, 2 * ownDurationMs({ stages, bakeMs }));
}

/** How long a plan takes when nothing holds it. The last stage stays for the bake. */
export function ownDurationMs({ stages, bakeMs }: Pick<RolloutPlan, 'stages' | 'bakeMs'>): number {
  return stages.slice(0, -1).reduce((sum, { dwellMs }) => sum + dwellMs, bakeMs);
}

/** What a plan has only when it says so. */
function optionsOf(written: WrittenPlan, words: PlanWords) {
  const { gradualRollback, health, holdback, windows, maxDuration, after, caps } = written;
  return present({
    controlSamplePpm: words.sharePpm({ text: written.controlSample, value: written.controlSamplePpm }, [
      'controlSample',
    ]),
    startAtMs: words.instantMs({ text: written.startAt, value: written.startAtMs }, ['startAt']),
    windows: windows?.map(({ cron, timeZone, duration, durationMs }, index) => ({
      cron,
      timeZone,
      durationMs: needed(words, 'durationMs', { text: duration, value: durationMs }, ['windows', index, 'duration']),
    })),
    maxDuration: maxDuration && readDeadline(maxDuration, words, ['maxDuration']),
    maxExposedUnits: written.maxExposedUnits,
    caps: caps?.map(({ condition, maxTreatment: text, maxTreatmentPpm: value }, index) => ({
      condition,
      maxTreatmentPpm: needed(words, 'capPpm', { text, value }, ['caps', index, 'maxTreatment']),
    })),
    onHarm: written.onHarm,
    gradualRollback: gradualRollback && {
      steps: gradualRollback.steps,
      stepMs: needed(words, 'durationMs', { text: gradualRollback.step, value: gradualRollback.stepMs }, [
        'gradualRollback',
        'step',
      ]),
    },
    health: health && healthOf(health, words),
    score: written.score,
    holdback: holdback && {
      ppm: heldBackPpm(holdback, words),
      durationMs: needed(words, 'durationMs', { text: holdback.duration, value: holdback.durationMs }, [
        'holdback',
        'duration',
      ]),
    },
    after: after && {
      environment: after.environment,
      deadline:
        after.deadline === undefined ? DEPENDENCY_DEADLINE : readDeadline(after.deadline, words, ['after', 'deadline']),
    },
  });
}

/** A plan that is given back has spent its share already; at another attempt, the whole of it is shared anew. */
function alphaOf(written: WrittenPlan, attempt: number) {
  const { alpha = DEFAULTS.alpha, attempt: spentAt = 1 } = written;
  const share = attempt === spentAt ? 1 : attemptShare(attempt) / attemptShare(spentAt);
  return { alpha: alpha * share, ...(attempt === 1 ? {} : { attempt }) };
}

function stagesOf(written: WrittenPlan, words: PlanWords): Pick<RolloutPlan, 'stages' | 'maxTreatmentPpm'> {
  const { preset, stages: listed } = written;
  if (preset !== undefined && listed !== undefined) {
    words.refuse(['preset'], 'Stages come from a preset or from a list: leave one of them out.');
  }
  const maxTreatmentPpm = words.sharePpm({ text: written.maxTreatment, value: written.maxTreatmentPpm }, [
    'maxTreatment',
  ]);
  const capped = maxTreatmentPpm === undefined ? {} : { maxTreatmentPpm };
  // What is wrong with it is told once, where the holdback itself is read.
  const heldBack = written.holdback === undefined ? 0 : heldBackPpm(written.holdback, new PlanWords());
  const endPpm = Math.min(maxTreatmentPpm ?? FULL_PPM, FULL_PPM - heldBack);
  const stages =
    listed === undefined
      ? stagesOfPreset(preset ?? 'standard', words)
      : listed.map((stage, index) => stageOf(stage, words, ['stages', index]));
  if (endPpm === FULL_PPM) return { stages, ...capped };
  const below = stages.filter(({ treatmentPpm }) => treatmentPpm < endPpm);
  const next = stages[below.length];
  return { stages: next === undefined ? below : [...below, { ...next, treatmentPpm: endPpm }], ...capped };
}

function heldBackPpm({ share, ppm }: NonNullable<WrittenPlan['holdback']>, words: PlanWords): number {
  return needed(words, 'sharePpm', { text: share, value: ppm }, ['holdback', 'share']);
}

function stageOf(written: WrittenStage, words: PlanWords, path: PlanPath): RolloutStage {
  const { safeDeadline, scope, approval, experiment, safeRatio, minUnits = MIN_UNITS_DEFAULT } = written;
  const treatment = { text: written.treatment, value: written.treatmentPpm };
  const dwell = { text: written.dwell, value: written.dwellMs };
  const treatmentPpm = needed(words, 'sharePpm', treatment, [...path, 'treatment']);
  // Where a rollout bakes it stays for `bake`.
  const dwellDefaultMs = treatmentPpm === FULL_PPM ? 0 : DWELL_DEFAULT_MS;
  return {
    treatmentPpm,
    dwellMs: words.durationMs(dwell, [...path, 'dwell']) ?? dwellDefaultMs,
    minUnits,
    ...present({
      safeRatio,
      safeDeadline: safeDeadline && readDeadline(safeDeadline, words, [...path, 'safeDeadline']),
      scope,
      approval: approval && approvalOf(approval, words, [...path, 'approval']),
      experiment: experiment && {
        metric: experiment.metric,
        onLose: experiment.onLose ?? 'abort',
        deadline: readDeadline(experiment.deadline, words, [...path, 'experiment', 'deadline']),
      },
    }),
  };
}

/** A day, and then it is over: whoever is asked and does not answer has not said yes. */
const APPROVAL_DEADLINE: Deadline = { afterMs: DAY_MS, then: 'abort' };

function approvalOf(
  { count = 1, roles, notAuthor = true, deadline }: NonNullable<WrittenStage['approval']>,
  words: PlanWords,
  path: PlanPath,
): ApprovalRule {
  return {
    count,
    ...(roles === undefined ? {} : { roles }),
    notAuthor,
    deadline: deadline === undefined ? APPROVAL_DEADLINE : readDeadline(deadline, words, [...path, 'deadline']),
  };
}

function guardOf(
  written: WrittenGuard,
  { context, words, path }: { context: PlanContext; words: PlanWords; path: PlanPath },
): Guard {
  const { metric, mode, critical, tolerance, maxRate, margins, group, noOutcomes, weight = 1 } = written;
  const made = written.template === undefined ? undefined : fromTemplate(written, { context, words, path });
  const name = metric ?? made?.template.name;
  if (metric === undefined && written.template === undefined) {
    words.refuse(path, 'A guard names a metric of the environment, or a template.');
  }
  if (written.args !== undefined && typeof written.template !== 'string') {
    words.refuse([...path, 'args'], 'Arguments are for a template that is named: add template, or leave args out.');
  }
  return {
    metric: name ?? '',
    weight,
    ...present({
      definition: made?.definition ?? written.definition,
      template: made?.template,
      mode,
      critical,
      tolerance,
      maxRate,
      margins,
      group,
      noOutcomes: noOutcomes && {
        graceMs: needed(words, 'durationMs', { text: noOutcomes.grace, value: noOutcomes.graceMs }, [
          ...path,
          'noOutcomes',
          'grace',
        ]),
        deadline: readDeadline(noOutcomes.deadline, words, [...path, 'noOutcomes', 'deadline']),
      },
    }),
  };
}

/** The metric of a template, and what it was made from with every argument. Undefined after a flaw. */
function fromTemplate(
  { template, args = {}, definition }: WrittenGuard,
  { context, words, path }: { context: PlanContext; words: PlanWords; path: PlanPath },
): Required<Pick<Guard, 'definition' | 'template'>> | undefined {
  const named = template === undefined ? undefined : referenceOf(template);
  const found = named && context.findTemplate(named.name, named.version);
  if (named === undefined || found === undefined) {
    const called = typeof template === 'string' ? template : `${template?.name}@${template?.version}`;
    const detail = `The project has no template ${called}; \`tidegate templates list\` tells those that it has.`;
    words.refuse([...path, 'template'], detail, 'unknown-template');
    return undefined;
  }
  const filled = fillTemplate(found, typeof template === 'string' ? args : (template?.args ?? {}), [...path, 'args']);
  if (filled.kind === 'flawed') {
    words.flaws.push(...filled.flaws);
    return undefined;
  }
  const made = context.readMetric(filled.metric);
  if ('flaw' in made) {
    const detail = `With these arguments ${found.name}@${found.version} makes no metric: ${made.flaw}.`;
    words.refuse([...path, 'args'], detail, 'invalid-template-arguments');
    return undefined;
  }
  if (definition !== undefined && canonicalJson(definition) !== canonicalJson(made)) {
    words.refuse([...path, 'definition'], 'The definition is not what the template makes: leave one of them out.');
  }
  return { definition: made, template: { name: found.name, version: found.version, args: filled.args } };
}

function healthOf(written: WrittenHealth, words: PlanWords): HealthRules {
  const { sampleRatio, crossover, noData, confirmation, openBreakers, lostEvents } = written;
  const deadline = (name: keyof WrittenHealth, of: { readonly deadline: WrittenDeadline }) =>
    readDeadline(of.deadline, words, ['health', name, 'deadline']);
  return present({
    sampleRatio: sampleRatio && { deadline: deadline('sampleRatio', sampleRatio) },
    crossover: crossover && { maxShare: crossover.maxShare, deadline: deadline('crossover', crossover) },
    noData: noData && { deadline: deadline('noData', noData) },
    confirmation: confirmation && { deadline: deadline('confirmation', confirmation) },
    openBreakers,
    lostEvents: lostEvents && { maxShare: lostEvents.maxShare, deadline: deadline('lostEvents', lostEvents) },
  });
}

/** What has no default. The number that stands for a missing one is never seen: the plan is refused. */
function needed(
  words: PlanWords,
  read: 'durationMs' | 'sharePpm' | 'capPpm',
  word: { readonly text: string | undefined; readonly value: number | undefined },
  path: PlanPath,
): number {
  const isMissing = word.text === undefined && word.value === undefined;
  if (isMissing)
    words.refuse(path, read === 'durationMs' ? 'Expected a duration, like 30m.' : 'Expected a percent, like 5%.');
  return words[read](word, path) ?? 0;
}

/** Without the members that are undefined. */
function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  // Each entry is a member of T, and those that were undefined are absent now.
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
