import type { BinaryMeasure, Measure, MetricSource } from './metric.ts';

/**
 * What the accountant must know of a rollout to attribute events: it recomputes the arm of every unit from the unit's
 * bucketing hash, so that an exposure that the ramp cannot explain is a crossover and not evidence.
 */
export interface EpochPlan {
  readonly rolloutId: string;
  readonly epoch: number;
  /** When given, evaluations of this flag that SDKs counted are a sign of life, as exposures are. */
  readonly flagKey?: string;
  /** The salt whose XXH32 seeds the buckets. */
  readonly salt: string;
  readonly seed: number;
  readonly stages: readonly { readonly treatmentPpm: number }[];
  readonly controlSamplePpm?: number;
  /**
   * The stage that it opens in; records of the log tell the later ones, since an exposure may be forged. Absent in epochs
   * that opened before there were such records: then the highest stage of any exposure is the one in force.
   */
  readonly stageIndex?: number;
  readonly guards: readonly EpochGuard[];
}

/**
 * A metric as a guard of one rollout: events are already the flag's own (`$error:new-checkout`). Epochs that opened
 * before there were kinds have none: their guards are binary.
 */
export type EpochGuard = MetricSource & (Measure | Partial<BinaryMeasure>) & GuardTerms;

/** What a plan asks of one guard, as the engine of statistics is told it. */
export interface GuardTerms {
  /** Of a binary metric: harm up to this ratio is none. */
  readonly tolerance?: number;
  /** Of a binary metric: the largest share of treated units that may count, whatever control does. */
  readonly maxRate?: number;
  /** Per stage, the ratio that must be ruled out before the ramp goes on. */
  readonly margins?: readonly (number | null)[];
}

/** One entry of an environment's batch log. Evidence is a pure function of the log: apply(state, record) → state. */
export type LogRecord =
  | {
      readonly kind: 'batch';
      readonly receivedAtMs: number;
      /** Which kind of key it came under; what came from a browser can be forged. */
      readonly origin: 'server' | 'browser';
      readonly batch: import('./event-batch.ts').EventBatch;
    }
  | { readonly kind: 'epoch-opened'; readonly atMs: number; readonly plan: EpochPlan }
  | {
      readonly kind: 'stage-entered';
      readonly atMs: number;
      readonly rolloutId: string;
      readonly epoch: number;
      readonly stageIndex: number;
    }
  | { readonly kind: 'epoch-closed'; readonly atMs: number; readonly rolloutId: string; readonly epoch: number };
