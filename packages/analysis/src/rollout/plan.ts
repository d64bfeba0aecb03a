import type { Metric } from '../evidence/metric.ts';
import type { MetricLimits } from '../limits/limits.ts';

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
  /** Shares are raised only inside one of these; at any time when absent. Lowering never waits. */
  readonly windows?: readonly RaiseWindow[];
  /** A rollout that is not over after this long is rolled back (or held, as `then` says). */
  readonly maxDuration?: Deadline;
  /** Treated units in all, beyond which the share is not raised. */
  readonly maxExposedUnits?: number;
  /** What harm does; `rollback` when absent. `freeze` keeps the share and locks the rule until a person decides. */
  readonly onHarm?: 'rollback' | 'freeze';
  /** How control comes back; at once when absent. A kill by hand is always instant. */
  readonly gradualRollback?: { readonly steps: number; readonly stepMs: number };
  readonly health?: HealthRules;
  readonly score?: ScoreRule;
  /**
   * This share of units keeps control for a while after success, to measure what the change does in the long run. The
   * last stage leaves it out already: nobody gets the treatment and loses it again.
   */
  readonly holdback?: { readonly ppm: number; readonly durationMs: number };
  /**
   * The same flag's rollout in this environment must have succeeded before this one starts. Waited for without end where
   * no deadline is written, as plans of earlier versions have none.
   */
  readonly after?: { readonly environment: string; readonly deadline?: Deadline };
  /** 2, 3, …: tries of the same change after a rollback. `alpha` is what this one spends: less than the one before. */
  readonly attempt?: number;
  /** What somebody else measures, held to classical limits while treatment is served. */
  readonly providerGuards?: readonly ProviderGuard[];
  /** Who is asked before a step: a refusal means "not yet". */
  readonly gates?: readonly Gate[];
  /** Who is told, and not waited for. */
  readonly hooks?: readonly Hook[];
  /** Weights outside the flag that are kept in step with its share. */
  readonly traffic?: readonly TrafficTarget[];
  /** Treatment never gets more than this: the last stage is this cap. 100 % when absent. */
  readonly maxTreatmentPpm?: number;
  /** Who gets less than the others, also after a success. Where several hold for somebody, the smallest counts. */
  readonly caps?: readonly SegmentCap[];
}

/**
 * Of the units that the condition holds for, never more than this share is treated: that of one of the stages, where they
 * stay, or 0, and they take no part. The condition must not depend on what the treatment changes.
 */
export interface SegmentCap {
  readonly condition: Condition;
  readonly maxTreatmentPpm: number;
}

/** Hours in which shares may rise: from each instant that `cron` names, for `durationMs`. */
export interface RaiseWindow {
  /** Five fields, as in crontab(5). */
  readonly cron: string;
  /** IANA name. */
  readonly timeZone: string;
  readonly durationMs: number;
}

/** How long something may wait, and what happens then: nothing waits for ever. */
export interface Deadline {
  readonly afterMs: number;
  readonly then: 'abort' | 'hold' | 'continue';
}

/** What is not about harm, but about whether the evidence can be trusted. Each has a default in `docs/rollouts.md`. */
export interface HealthRules {
  readonly sampleRatio?: { readonly deadline: Deadline };
  /** More than this share of units seen in an arm that the ramp cannot explain. */
  readonly crossover?: { readonly maxShare: number; readonly deadline: Deadline };
  /** After `noDataMs` without a sign of life the ramp is held, and after the deadline … */
  readonly noData?: { readonly deadline: Deadline };
  /** How long connected SDKs may leave a stage unconfirmed. */
  readonly confirmation?: { readonly deadline: Deadline };
  /** Share of SDK processes whose circuit breaker for the flag is open, from which on the flag is killed. */
  readonly openBreakers?: { readonly maxShare: number };
  /** More than this share of the environment's events lost, as SDKs say. */
  readonly lostEvents?: { readonly maxShare: number; readonly deadline: Deadline };
}

/**
 * A weighted score of the guards, from 0 to 100, for promotion only: below `pass` the ramp is held, below `marginal` a
 * person is asked. `scoreOf` tells how it comes about.
 */
export interface ScoreRule {
  readonly groupWeights: Readonly<Record<string, number>>;
  readonly marginal: number;
  readonly pass: number;
}

/** Stages rise, and strictly where they are for the same people; the last one is 1 000 000, or the plan's cap. */
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
  /** With `safeRatio`: how long to wait for the proof. For ever, with the hold shown, when absent. */
  readonly safeDeadline?: Deadline;
  /**
   * Only units for which this holds take part in the stage (internal users first, one region first): the others have
   * control, and are not measured. The last stage is for everybody. It must not depend on what the treatment changes.
   */
  readonly scope?: Condition;
  /** People who must say yes before the stage begins. */
  readonly approval?: ApprovalRule;
  /** The split stays here until the metric is decided, or the deadline passes. */
  readonly experiment?: { readonly metric: string; readonly onLose: 'abort' | 'hold'; readonly deadline: Deadline };
}

export interface ApprovalRule {
  readonly count: number;
  /** Whose word counts; anybody who may promote when absent. */
  readonly roles?: readonly string[];
  readonly notAuthor: boolean;
  readonly deadline: Deadline;
}

/** A metric of a provider of the environment, asked at an interval. It needs no units and has no bound on false alarms. */
export interface ProviderGuard {
  /** Unique among the guards of the plan. */
  readonly name: string;
  /** The provider's key in the environment. */
  readonly provider: string;
  /** Of which arms: with `both`, conditions read `result.treatment` and `result.control`; else `result` is treatment's. */
  readonly arms: 'treatment' | 'both';
  /** What is asked, as the provider's language has it: this room only carries it. */
  readonly query: Readonly<Record<string, unknown>>;
  readonly limits: MetricLimits;
  /** `observe` is a dry run: measured and shown, never decides. `decide` when absent. */
  readonly mode?: 'decide' | 'observe';
  /** How long no data, errors, or neither good nor bad may hold the ramp. */
  readonly deadline: Deadline;
}

/** Somebody else's yes, asked for by a webhook. Nothing that lowers exposure waits for it. */
export interface Gate {
  /** Unique among the gates of the plan. */
  readonly name: string;
  /** Before the first stage, each rise after it, the rise to the last stage alone, or the treatment is served for good. */
  readonly before: 'start' | 'advance' | 'last-stage' | 'success';
  readonly url: string;
  /** The name of the secret of the server's configuration that signs what is asked. */
  readonly secret: string;
  /** From one asking to the next, while the answer is "not yet". */
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly deadline: Deadline;
}

/** Another machine that is told of the rollout, once for each time that comes. */
export interface Hook {
  /** The first stage began; the rollout is over, however it ended; control is served again. */
  readonly at: 'pre-rollout' | 'post-rollout' | 'rollback';
  readonly url: string;
  /** The name of the secret of the server's configuration that signs what is told. */
  readonly secret: string;
}

/** Where the share of traffic that reaches treatment's machines is set, in step with the share of the flag. */
export interface TrafficTarget {
  /** The key of a traffic adapter of the environment. */
  readonly adapter: string;
  /** How long the adapter may take to confirm a weight before a step. */
  readonly deadline: Deadline;
}

/** A condition of the flag language, as `@tidegate/evaluation` defines it: this room only carries it. */
export type Condition = Readonly<Record<string, unknown>>;

/** A metric but for what its place in an environment gives it. */
export type MetricDefinition = Without<Metric, 'key' | 'revision'>;

/** `Omit` of each form of a union by itself: what tells the forms apart stays. */
type Without<Form, Key extends PropertyKey> = Form extends unknown ? Omit<Form, Key> : never;

export interface Guard {
  /** The key of a metric of the environment; with a `definition`, the name under which its evidence is shown. */
  readonly metric: string;
  /** The metric itself, frozen when the rollout was made, where the guard does not name one of the environment. */
  readonly definition?: MetricDefinition;
  /** What the definition was made from. */
  readonly template?: {
    readonly name: string;
    readonly version: number;
    readonly args: Readonly<Record<string, string | number | boolean>>;
  };
  /** Relative weight in the composite; the weights of a plan are normalised. */
  readonly weight: number;
  /** `observe` is a dry run: assessed and shown, never decides. */
  readonly mode?: 'decide' | 'observe';
  /** Guards that are not critical never hold a stage for want of proof. True when absent. */
  readonly critical?: boolean;
  /** Harm up to this ratio is none. */
  readonly tolerance?: number;
  /** The largest share of treated units that may count, whatever control does: exact, works without control. */
  readonly maxRate?: number;
  /** Per stage, in place of the stage's own `safeRatio`. */
  readonly margins?: readonly (number | null)[];
  /** The group of a `ScoreRule`. */
  readonly group?: string;
  /** No unit counted either way for this long: outcomes that never come are a signal, not silence. */
  readonly noOutcomes?: { readonly graceMs: number; readonly deadline: Deadline };
}
