import type { ConditionPlan, PositionPlan, VendorPositionPlan } from './condition-plan.ts';
import type { Evaluation } from './evaluation.ts';
import type { ExposureTag } from './flag.ts';
import type { Served } from './outcome.ts';

/**
 * Everything a flag can answer, in the order in which it is asked, as steps that each answer or pass on:
 *
 *     disabled ─▶ prerequisites ─▶ targets ─▶ holdout ─▶ layer ─▶ rules ─▶ fallthrough
 *
 * A rule or fallthrough whose rollout has a scope or caps is several steps: control to whoever is outside, each cap, and
 * the rollout.
 *
 * `evaluate` runs a plan and `explain` reads it aloud, so both give the same evaluations. Steps, conditions and ranges
 * hold nothing of the flag that they were made for, so that flags which are written alike share them; what is the
 * flag's own are its evaluations, which have its revision, and its salt.
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
  /** What the fallthrough was seen to serve; with a split, to those without the unit. */
  fallthroughEvaluation: Evaluation | undefined;
  /** What was served otherwise so far, in the place of its step; behind them, what a flag without an answer says. */
  evaluations: Evaluations;
}

export type Evaluations = (Evaluation | undefined)[] | undefined;

export interface StepPlan {
  readonly kind:
    | 'disabled'
    | 'prerequisite'
    | 'target'
    | 'holdout'
    | 'layer'
    | 'scope'
    | 'cap'
    | 'rule'
    | 'fallthrough';
  /** Of the rule, also for its scope and caps, or the key of the layer; empty for those of the fallthrough. */
  readonly id: string;
  readonly condition: ConditionPlan;
  /** Whether it answers where its condition does not hold, as prerequisites and layers do. */
  readonly isNegated: boolean;
  readonly split: SplitPlan | undefined;
  /** What everyone gets, or with a split those without the unit; undefined passes them on, as if nothing had matched. */
  readonly served: Served | undefined;
}

/** Ranges over the positions of a unit, found as `PositionPlan` and `VendorPositionPlan` do. */
export type SplitPlan = (
  | Pick<PositionPlan, 'kind' | 'subject' | 'read' | 'operand'>
  | Pick<VendorPositionPlan, 'kind' | 'subject' | 'read' | 'operand'>
) & {
  readonly ranges: readonly RangePlan[];
  /** In the place of the range that served them. */
  evaluations: Evaluations;
};

/** Positions in [from, to) are served this. */
export interface RangePlan {
  readonly from: number;
  readonly to: number;
  readonly served: Served;
  readonly exposure: ExposureTag | undefined;
}

/** The keys of other documents that a plan refers to; it means them by their place here. */
export interface References {
  readonly flags: readonly string[];
  readonly segments: readonly string[];
}
