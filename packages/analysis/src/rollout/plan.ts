/**
 * What an operator asks for: move one rule of one flag from control to treatment, stage by stage, while the guards
 * allow it. A plan never changes after its rollout started.
 */
export interface RolloutPlan {
  readonly flagKey: string;
  /** The id of the rule that the rollout owns, or `fallthrough`. */
  readonly rule: string;
  readonly treatment: string;
  readonly control: string;
  /** The attribute path of the unit. */
  readonly unit: string;
  readonly stages: readonly RolloutStage[];
  /** How long the guards stay armed at the last stage before the rollout succeeds. */
  readonly bakeMs: number;
  /** Bound on the probability that a healthy rollout is ever killed: all guards, looks and stages together. */
  readonly alpha: number;
  readonly guards: readonly Guard[];
  /** No exposure, nor any evaluation of the flag, for this long is a hold named no-data; it never advances. */
  readonly noDataMs: number;
  /** How long to wait for connected SDKs to confirm a kill before saying that some have not. */
  readonly confirmMs: number;
  /**
   * Measure only this share of control, at the right end; all of it when absent. Evidence then comes from the units of
   * the first stage and of the sample alone (docs/statistics.md says why), so it comes more slowly.
   */
  readonly controlSamplePpm?: number;
  /** When the first stage starts; at once when absent. */
  readonly startAtMs?: number;
}

/** Stages rise strictly; the last one is 1 000 000. */
export interface RolloutStage {
  readonly treatmentPpm: number;
  /** The shortest stay. The last stage, where the rollout bakes, stays for the plan's `bakeMs` instead. */
  readonly dwellMs: number;
  /**
   * Exposed units needed in each arm in this stage before it is left. Units that were in treatment in an earlier stage
   * do not count again: they say nothing new. At 100 % there is no control: as many treated units as this in all.
   */
  readonly minUnits: number;
  /**
   * When present, the stage is left only once evidence rejects "treatment is worse by this ratio" for every guard
   * (a ratio above 1 for harm up, below 1 for harm down). Says nothing at 100 %, where no control is left.
   */
  readonly safeRatio?: number;
}

export interface Guard {
  /** The key of a metric of the environment. */
  readonly metric: string;
  /** Relative weight in the composite; the weights of a plan are normalised. */
  readonly weight: number;
}
