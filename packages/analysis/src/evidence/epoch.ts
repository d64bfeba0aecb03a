import type { Metric } from './metric.ts';

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
  readonly guards: readonly EpochGuard[];
}

/** A metric as a guard of one rollout: `event` is already the flag's own (`$error:new-checkout`). */
export type EpochGuard = Pick<Metric, 'key' | 'event' | 'countsWhen' | 'harm' | 'browserEvidence'>;

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
  | { readonly kind: 'epoch-closed'; readonly atMs: number; readonly rolloutId: string; readonly epoch: number };
