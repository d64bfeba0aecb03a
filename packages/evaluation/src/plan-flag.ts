import type { ConditionPlan } from './condition-plan.ts';
import type { Evaluation } from './evaluation.ts';
import type { Flag, Variation } from './flag.ts';
import { type Served, servedBy } from './outcome.ts';
import { planAll, planAsk, planCondition, planListed, planPosition, planSegmentLeaf } from './plan-condition.ts';
import { planServe, type ServePlan } from './plan-serve.ts';
import { type References, referencesOf, type Scope, scopeOf, type Workshop } from './scope.ts';

/**
 * Everything a flag can answer, in the order in which it is asked, as steps that each answer or pass on:
 *
 *     disabled ─▶ prerequisites ─▶ targets ─▶ holdout ─▶ layer ─▶ rules ─▶ fallthrough
 *
 * `evaluate` runs a plan and `explain` reads it aloud, so both give the same evaluations.
 */
export interface FlagPlan {
  readonly key: string;
  readonly revision: number;
  /** Asked in order; the first whose condition holds and that serves something answers. */
  readonly steps: readonly StepPlan[];
  /** What is served when no step answers, or to everyone when the flag is disabled. */
  readonly fallthrough: StepPlan;
  /** What a flag serves that is off in some way. */
  readonly off: Served;
  readonly references: References | undefined;
  /** The answer when the fallthrough passes on as well. */
  unanswered: Evaluation | undefined;
}

export interface StepPlan extends ServePlan {
  readonly kind: 'disabled' | 'prerequisite' | 'target' | 'holdout' | 'layer' | 'rule' | 'fallthrough';
  /** Of the rule, or the key of the layer. */
  readonly id: string;
  readonly condition: ConditionPlan;
  /** What the condition says where the step answers: prerequisites and layers answer where they do not hold. */
  readonly wanted: boolean;
}

export function planFlag(document: Flag, workshop: Workshop): FlagPlan {
  const scope = scopeOf(workshop);
  const flag = { ...document, variations: document.variations.map((one) => sharedVariation(one, workshop)) };
  const { key, revision, enabled } = flag;
  const off = servedBy(flag, flag.offVariation);
  const steps = enabled ? planSteps(flag, off, scope) : [];
  const fallthrough = enabled
    ? step('fallthrough', '', ALWAYS, planServe(flag, flag.fallthrough, workshop.language))
    : constantStep('disabled', ALWAYS, off);
  return { key, revision, steps, fallthrough, off, references: referencesOf(scope), unanswered: undefined };
}

/** Objects may be as large as they like: what is compared is short. */
function sharedVariation(variation: Variation, { variations }: Workshop): Variation {
  return typeof variation.value === 'object' ? variation : variations.of(variation, () => variation);
}

/** Holds for everyone. */
const ALWAYS = planAll([]);

function planSteps(flag: Flag, off: Served, scope: Scope): StepPlan[] {
  const { prerequisites, targets, holdout, layer, rules } = flag;
  const steps = prerequisites.map((wanted) => constantStep('prerequisite', planAsk(wanted, scope), off));
  for (const target of targets) {
    steps.push(constantStep('target', planListed(target), servedBy(flag, target.variation)));
  }
  if (holdout !== undefined) steps.push(constantStep('holdout', planSegmentLeaf(holdout, scope), off));
  if (layer !== undefined)
    steps.push(constantStep('layer', planPosition({ ...layer, salt: `layer/${layer.key}` }), off, layer.key));
  for (const { id, condition, serve } of rules) {
    steps.push(step('rule', id, planCondition(condition, scope), planServe(flag, serve, scope.language)));
  }
  // A list that grew has room to spare, and there is one for every flag: the copy is as long as it is.
  return steps.slice();
}

function constantStep(kind: StepPlan['kind'], condition: ConditionPlan, served: Served, id = ''): StepPlan {
  return step(kind, id, condition, { split: undefined, served, evaluation: undefined });
}

function step(kind: StepPlan['kind'], id: string, condition: ConditionPlan, serve: ServePlan): StepPlan {
  const { split, served, evaluation } = serve;
  const wanted = kind !== 'prerequisite' && kind !== 'layer';
  return { kind, id, condition, wanted, split, served, evaluation };
}
