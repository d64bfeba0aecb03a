import type { ArmCounts } from '../evidence/summary.ts';

/**
 * What statistics say of one guard. In order of severity: failed > error > inconclusive > no_data > no_control > running >
 * safe. A guard that compares says `no_control` where everybody is treated: nothing new can be learned. One that has a
 * limit of its own goes on.
 */
export type Verdict = 'failed' | 'error' | 'inconclusive' | 'no_data' | 'no_control' | 'running' | 'safe';

export interface GuardAssessment {
  readonly metric: string;
  readonly verdict: Verdict;
  /** Units and counted units per arm, summed over strata: to look at, never to decide by (strata differ). */
  readonly units: ArmCounts;
  readonly events: ArmCounts;
  /**
   * Treatment over control, of rates or of means, compared within strata; null while there is nothing to estimate it from,
   * and for distributions (`guardIntervals` has what to show of those, and differences).
   */
  readonly ratio: number | null;
  /**
   * Each bound holds at all times with probability at least 1 - alpha × weight (of means: asymptotically); the interval
   * excludes 1, or the tolerance, on the harmful side exactly when the comparison alone kills. Null bounds are open.
   */
  readonly ratioInterval: { readonly low: number | null; readonly high: number | null };
  /** Natural logarithm of the e-value against "not harmful". */
  readonly logEvidence: number;
  /** Natural logarithm of the e-value against "harmful by the margin" in this stage; null when it has no margin. */
  readonly logSafety: number | null;
  /** This guard's share of the composite. */
  readonly weight: number;
  /** What would change the verdict, in one sentence. */
  readonly outlook: string;
}

export interface SampleRatioAssessment {
  readonly verdict: 'failed' | 'running' | 'no_data';
  readonly logEvidence: number;
  /** ln(1 / alpha) at which the mismatch is declared. */
  readonly logThreshold: number;
  /** Observed over designed odds of treatment; null without units in both arms. */
  readonly oddsRatio: number | null;
}

/** Everything that statistics say of one rollout at one moment. The rollout is killed at logEvidence >= logThreshold. */
export interface RolloutAssessment {
  readonly guards: readonly GuardAssessment[];
  readonly sampleRatio: SampleRatioAssessment;
  /** ln of the weighted average of the guards' e-values. */
  readonly logEvidence: number;
  readonly logThreshold: number;
  /** The worst verdict of all guards. */
  readonly verdict: Verdict;
  /** Share of the exposed units whose evidence came under a browser key. */
  readonly browserShare: number;
}
