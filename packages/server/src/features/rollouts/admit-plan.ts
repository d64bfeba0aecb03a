import type { Actor, RolloutPlan } from '@tidegate/analysis';
import {
  type ExpandedPlan,
  expandPlan,
  findPlanFlaws,
  type MetricDefinition,
  type PlanFlaw,
  referenceOf,
  type WrittenPlan,
} from '@tidegate/analysis/plans';
import type { Serve } from '@tidegate/evaluation';
import { explainIssues, type FlagDocument, type ProblemCode, rolloutPlanSchema } from '@tidegate/protocol';
import { readPages } from '../../storage/read-pages.ts';
import type { RolloutRow, Storage } from '../../storage/storage.ts';
import { flagDocumentOf, serveOf } from '../flags/index.ts';
import { metricOf } from '../metrics/index.ts';
import { readMetric, readTemplates } from '../templates/index.ts';
import { findTrafficRefusals } from '../traffic/index.ts';
import { countAttempt } from './count-attempt.ts';
import { countApprovers, findApprovers } from './find-approvers.ts';
import { findConditionRefusals } from './find-condition-refusals.ts';
import { findWindowFlaw } from './find-window-flaw.ts';
import type { GatherOptions } from './gather-input.ts';
import type { Refusal } from './refusal.ts';

/** A plan as the server understands it, and all that keeps it from being started; `plan` is null where it has no meaning. */
export interface Admission {
  readonly plan: RolloutPlan | null;
  /** What the rule serves now, which a kill restores. */
  readonly anchor: Serve | undefined;
  readonly flag: FlagDocument | undefined;
  readonly metrics: ReadonlyMap<string, MetricDefinition>;
  /** The active rollout that must give the rule up first. */
  readonly replaced?: RolloutRow;
  readonly refusals: readonly Refusal[];
}

/** Who knows what a plan is held to. */
export type PlanDeps = Pick<GatherOptions, 'storage' | 'gates' | 'measurements' | 'findHookFlaw'>;

/** Rows of one read. */
const PAGE_LIMIT = 200;

export interface PlanOrder {
  readonly environment: string;
  readonly written: WrittenPlan;
  readonly by: Actor;
  /** Takes the rule from the rollout that owns it. */
  readonly force?: boolean;
  /** Whether the providers of its guards may be asked whether they understand the queries. */
  readonly mayAsk?: boolean;
}

/** Expands a plan as it was written and holds it to what there is. Reads only; the same for starting and for linting. */
export async function admitPlan(
  { storage, gates, measurements, findHookFlaw }: PlanDeps,
  { environment, written, by, force = false, mayAsk = false }: PlanOrder,
): Promise<Admission> {
  const { flag: flagName, flagKey = flagName ?? '', rule = 'fallthrough' } = written;
  const row = await storage.findDocument({ environment, kind: 'flag', key: flagKey });
  if (row === undefined) return refusedWhole('not-found', ['flag'], `There is no flag ${flagKey} in ${environment}.`);
  if (row.archived) return refusedWhole('archived', ['flag'], `The flag ${flagKey} is archived; restore it first.`);
  const flag = flagDocumentOf(row);
  const present = serveOf(flag, rule);
  if (present === undefined) {
    const detail = `${flagKey} has no rule ${rule}; it has ${[...flag.rules.map(({ id }) => id), 'fallthrough'].join(', ')}.`;
    return refusedWhole('unknown-rule', ['rule'], detail);
  }
  const rollouts = await rolloutsOf(storage, environment, flagKey);
  const owner = rollouts.find((rollout) => rollout.active && rollout.rule === rule);
  const replaced = force ? owner : undefined;
  // What it serves once the rule is given up. The anchor was captured from the flag, which the schema had checked.
  const anchor = replaced === undefined ? present : (replaced.anchor as Serve);
  const expanded = await expand({ storage, environment, written, anchor, rollouts });
  if (expanded.kind === 'flawed') return { plan: null, anchor, flag, metrics: new Map(), refusals: expanded.flaws };
  const { plan } = expanded;
  const beyond = findBeyond(plan);
  if (beyond.length > 0) return { plan: null, anchor, flag, metrics: new Map(), refusals: beyond };
  const metrics = await readMetrics(storage, environment, plan);
  const approvers = plan.stages.some(({ approval }) => approval !== undefined)
    ? await findApprovers(storage, environment)
    : [];
  const isOtherEnvironment = await findAfter(storage, environment, plan);
  const flaws = findPlanFlaws(plan, {
    variations: flag.variations.map(({ key }) => key),
    metrics,
    countApprovers: (rule) => countApprovers(approvers, rule, by),
    hasEnvironment: () => isOtherEnvironment,
    findWindowFlaw,
    findGateFlaw: (gate) => gates?.findFlaw(environment, gate),
    findHookFlaw: (hook) => findHookFlaw?.(environment, hook),
  });
  const taken = findRuleRefusals(plan, anchor, replaced === undefined ? owner : undefined);
  const unmeasurable = (await measurements?.findRefusals({ environment, plan, mayAsk })) ?? [];
  const traffic = await findTrafficRefusals(storage, environment, { plan, replacedId: replaced?.id });
  const conditions = await findConditionRefusals(storage, { environment, flag, plan });
  const refusals = [...flaws, ...conditions, ...unmeasurable, ...traffic, ...taken];
  return { plan, anchor, flag, metrics, ...(replaced && { replaced }), refusals };
}

function refusedWhole(code: ProblemCode, path: PlanFlaw['path'], detail: string): Admission {
  return { plan: null, anchor: undefined, flag: undefined, metrics: new Map(), refusals: [{ code, path, detail }] };
}

function rolloutsOf(storage: Storage, environment: string, flagKey: string): Promise<RolloutRow[]> {
  return readPages(
    PAGE_LIMIT,
    (page) => storage.listRollouts(environment, { ...page, flagKey }),
    (row) => row.id,
  );
}

async function expand(of: {
  readonly storage: Storage;
  readonly environment: string;
  readonly written: WrittenPlan;
  readonly anchor: Serve;
  readonly rollouts: readonly RolloutRow[];
}): Promise<ExpandedPlan> {
  const { storage, environment, written, anchor, rollouts } = of;
  const [project = ''] = environment.split('/');
  const references = (written.guards ?? []).flatMap(({ template }) => {
    const reference = template === undefined ? undefined : referenceOf(template);
    return reference === undefined ? [] : [reference];
  });
  return expandPlan(written, {
    presentVariation: () => controlOf(anchor),
    findTemplate: await readTemplates(storage, project, references),
    readMetric,
    countAttempt: (change) => countAttempt(rollouts, change),
  });
}

/** What words said that numbers may not: `dwell: 400d` is a duration, and longer than any stage. */
function findBeyond(plan: RolloutPlan): Refusal[] {
  const parsed = rolloutPlanSchema.safeParse(plan);
  if (parsed.success) return [];
  return explainIssues(parsed.error).map(({ path, detail }) => ({
    code: 'invalid-plan',
    path: path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
    detail: `Beyond what a plan may say: ${detail}.`,
  }));
}

/** What everybody had, also while another rollout moves them away from it. */
function controlOf(anchor: Serve): string | undefined {
  if (anchor.kind === 'rollout') return anchor.control;
  return anchor.kind === 'variation' ? anchor.variation : undefined;
}

/** Those of the environment that guards name; what is not there stays out. */
async function readMetrics(
  storage: Storage,
  environment: string,
  plan: RolloutPlan,
): Promise<ReadonlyMap<string, MetricDefinition>> {
  const keys = plan.guards.flatMap(({ metric, definition }) => (definition === undefined ? [metric] : []));
  const rows = await Promise.all(
    [...new Set(keys)].map((key) => storage.findDocument({ environment, kind: 'metric', key })),
  );
  return new Map(rows.flatMap((row) => (row === undefined || row.archived ? [] : [[row.key, metricOf(row)]])));
}

async function findAfter(storage: Storage, environment: string, { after }: RolloutPlan): Promise<boolean> {
  const [project] = environment.split('/');
  const other = `${project}/${after?.environment}`;
  return other !== environment && (await storage.findEnvironment(other)) !== undefined;
}

/** A rollout begins where everybody has control, and has the rule to itself. */
function findRuleRefusals(
  { rule, flagKey, control }: RolloutPlan,
  anchor: Serve,
  owner: RolloutRow | undefined,
): Refusal[] {
  if (owner !== undefined || anchor.kind === 'rollout') {
    const detail = `The active rollout ${owner?.id ?? anchor.kind} owns the rule ${rule} of ${flagKey}: abort it first, or take the rule from it with force.`;
    return [{ code: 'rule-owned-by-rollout', path: ['rule'], detail }];
  }
  if (anchor.kind === 'variation' && anchor.variation === control) return [];
  const detail = `The rule ${rule} must serve the variation ${control} alone before a rollout takes it.`;
  return [{ code: 'rule-does-not-serve-control', path: ['control'], detail }];
}
