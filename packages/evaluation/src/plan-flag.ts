import type { ConditionPlan } from './condition-plan.ts';
import type { Evaluation } from './evaluation.ts';
import type { Condition, Flag, Serve } from './flag.ts';
import type { Evaluations, FlagPlan, StepPlan } from './flag-plan.ts';
import { type Served, servedBy } from './outcome.ts';
import { planAll, planAsk, planCondition, planListed, planPosition, planSegmentLeaf } from './plan-condition.ts';
import { planServe, type ServePlan } from './plan-serve.ts';
import { referencesOf, type Scope, scopeOf, type Workshop } from './scope.ts';

export function planFlag(document: Flag, workshop: Workshop): FlagPlan {
  const scope = scopeOf(workshop);
  const flag = { ...document, variations: document.variations.map((one) => workshop.shared.variation(one)) };
  const { key, revision, enabled } = flag;
  const off = servedBy(flag, flag.offVariation);
  const planned = new PlannedSteps(scope);
  if (enabled) {
    planSteps(flag, { off, scope, planned });
    planExceptions(flag, { serve: flag.fallthrough, scope, planned });
  }
  const last = enabled ? planServe(flag, flag.fallthrough, scope) : constant(off);
  return {
    key,
    revision,
    steps: planned.steps(),
    fallthrough: stepOf(scope, enabled ? 'fallthrough' : 'disabled', ALWAYS, last),
    off,
    references: referencesOf(scope),
    fallthroughEvaluation: last.evaluation,
    evaluations: planned.evaluations(),
  };
}

/** Holds for everyone. */
const ALWAYS = planAll([]);

function planSteps(
  flag: Flag,
  { off, scope, planned }: { readonly off: Served; readonly scope: Scope; readonly planned: PlannedSteps },
): void {
  const { prerequisites, targets, holdout, layer, rules } = flag;
  for (const wanted of prerequisites) planned.push('prerequisite', planAsk(wanted, scope), constant(off));
  for (const target of targets) {
    planned.push('target', planListed(target), constant(servedBy(flag, target.variation)));
  }
  if (holdout !== undefined) planned.push('holdout', planSegmentLeaf(holdout, scope), constant(off));
  if (layer !== undefined) {
    planned.push('layer', planPosition({ ...layer, salt: `layer/${layer.key}` }), constant(off), layer.key);
  }
  for (const { id, condition, serve } of rules) {
    planExceptions(flag, { serve, scope, planned }, { id, condition });
    planned.push('rule', planCondition(condition, scope), planServe(flag, serve, scope), id);
  }
}

/**
 * Whoever comes to the rule of a rollout, and is outside its scope, has what everybody had before it; and whomever a cap
 * holds for, its share.
 */
function planExceptions(
  flag: Flag,
  { serve, scope, planned }: { readonly serve: Serve; readonly scope: Scope; readonly planned: PlannedSteps },
  rule?: { readonly id: string; readonly condition: Condition },
): void {
  // As almost every rule does.
  if (serve.kind === 'variation') return;
  const reachedBy = (condition: Condition) =>
    planCondition(rule === undefined ? condition : { all: [rule.condition, condition] }, scope);
  if (serve.kind === 'rollout' && serve.scope !== undefined) {
    planned.push('scope', reachedBy({ not: serve.scope }), constant(servedBy(flag, serve.control)), rule?.id);
  }
  for (const capped of cappedOf(serve)) {
    planned.push('cap', reachedBy(capped.condition), planServe(flag, capped, scope), rule?.id);
  }
}

/** What a rollout or a split is to those whom its caps hold for. */
function cappedOf(serve: Serve): readonly (Serve & { readonly condition: Condition })[] {
  if (serve.kind === 'rollout') return (serve.caps ?? []).map((cap) => ({ ...serve, ...cap }));
  return serve.kind === 'split' ? (serve.caps ?? []).map((cap) => ({ ...serve, ...cap })) : [];
}

function constant(served: Served): ServePlan {
  return { split: undefined, served, evaluation: undefined };
}

/** The steps of one flag so far, and what they are known to answer. */
class PlannedSteps {
  readonly #scope: Scope;
  readonly #steps: StepPlan[] = [];
  readonly #evaluations: (Evaluation | undefined)[] = [];

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  push(kind: StepPlan['kind'], condition: ConditionPlan, served: ServePlan, id = ''): void {
    this.#steps.push(stepOf(this.#scope, kind, condition, served, id));
    this.#evaluations.push(served.evaluation);
  }

  /** A list that grew has room to spare, and there is one for every flag: the copy is as long as it is. */
  steps(): readonly StepPlan[] {
    return this.#steps.slice();
  }

  evaluations(): Evaluations {
    return this.#evaluations.some((evaluation) => evaluation !== undefined) ? this.#evaluations : undefined;
  }
}

function stepOf(
  { shared }: Scope,
  kind: StepPlan['kind'],
  condition: ConditionPlan,
  { split, served }: ServePlan,
  id = '',
): StepPlan {
  const isNegated = kind === 'prerequisite' || kind === 'layer';
  return shared.step({ kind, id, condition, isNegated, split, served });
}
