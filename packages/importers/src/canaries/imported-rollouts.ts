import type { MetricLimits } from '@tidegate/analysis/limits';
import type { WrittenPlan } from '@tidegate/analysis/plans';
import type { SeriesRule } from '@tidegate/analysis/series';
import type { JsonRecord } from '../json-record.ts';

/** What an importer makes of the documents of a canary controller. */
export interface ImportedRollouts {
  /** The rollouts of the file, by the names that they have there. */
  readonly plans: Readonly<Record<string, WrittenPlan>>;
  /** By object, as in the report: what a plan has no field for, with the meaning that it has there. */
  readonly connections: Readonly<Record<string, Connections>>;
  readonly report: CanaryReport;
}

/**
 * What became of each object, by `KIND/NAME` (`KIND/NAMESPACE/NAME` where it has one). `exact`: all of it means here what
 * it means there. `partial`: the reasons name what is not in the plan. `refused`: nothing of it is.
 */
export interface CanaryReport {
  readonly objects: Readonly<Record<string, ImportedObject>>;
}

export interface ImportedObject {
  readonly status: 'exact' | 'partial' | 'refused';
  /** Sentences: what was left out or refused, and what the reader should know. */
  readonly reasons: readonly string[];
}

export interface Connections {
  readonly metrics?: readonly MeasuredMetric[];
  readonly webhooks?: readonly ImportedWebhook[];
  readonly judge?: SeriesJudge;
}

/** A metric of the whole service, with classical limits: `docs/limits.md`. */
export interface MeasuredMetric {
  readonly name: string;
  /** Its `kind`, and its settings as they were written. Secrets are references, as there. */
  readonly provider: JsonRecord;
  readonly limits: MetricLimits;
  /** When it is measured. Stages count from 1. */
  readonly when: MeasuringTime;
  /** Shown, and decides nothing. */
  readonly mode?: 'observe';
  /** Which secret stands for `{{args.NAME}}`. */
  readonly secrets?: Readonly<Record<string, JsonRecord>>;
}

export type MeasuringTime =
  | { readonly kind: 'throughout'; readonly fromStage: number }
  /** The rollout waits for the verdict before it goes on. */
  | { readonly kind: 'after-stage'; readonly stage: number }
  /** Whenever a rollout names it. */
  | { readonly kind: 'as-named' };

/** A gate says whether the ramp may go on; a check fails like a metric; a notice is told and not asked. */
export interface ImportedWebhook {
  readonly name: string;
  readonly role: 'gate' | 'check' | 'rollback' | 'notice';
  readonly at: 'start' | 'advance' | 'promote' | 'before' | 'throughout' | 'after' | 'every-event';
  readonly url: string;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly metadata: JsonRecord;
}

/** How series are compared and scored, in the words of `@tidegate/analysis/series`. */
export interface SeriesJudge {
  readonly metrics: readonly JudgedMetric[];
  readonly groupWeights: Readonly<Record<string, number>>;
  /** Absent where the file has none: then whoever starts a judgement says them. */
  readonly thresholds?: { readonly marginal: number; readonly pass: number };
}

export interface JudgedMetric {
  readonly name: string;
  readonly query: JsonRecord;
  readonly groups: readonly string[];
  readonly direction: 'increase' | 'decrease' | 'either';
  readonly nan: 'remove' | 'zero';
  readonly isCritical: boolean;
  readonly isRequired: boolean;
  readonly rule: SeriesRule;
}
