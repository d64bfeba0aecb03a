import { worstVerdict } from '../statistics/verdict.ts';
import type { LimitsVerdict, MetricAssessment } from './assess-metric.ts';

export interface RunMetric {
  readonly name: string;
  /** `observe` is a dry run: shown, and never decides. */
  readonly mode: 'decide' | 'observe';
  readonly assessment: MetricAssessment;
}

export interface RunAssessment {
  /** The worst of those that decide; `no_data` when none does. */
  readonly verdict: LimitsVerdict;
  /** Why, naming the first of the worst metrics. */
  readonly detail: string;
  /** Of each metric, in the order given. */
  readonly metrics: readonly (MetricAssessment & { readonly name: string })[];
}

/**
 * What the limits say of some metrics together. None ends another: each is measured for as long as somebody is treated,
 * whatever its siblings say.
 */
export function assessRun(metrics: readonly RunMetric[]): RunAssessment {
  const deciding = metrics.filter(({ mode }) => mode === 'decide');
  const verdict = worstVerdict(deciding.map(({ assessment }) => assessment.verdict));
  const blamed = deciding.find(({ assessment }) => assessment.verdict === verdict);
  return {
    verdict,
    detail: blamed === undefined ? 'Nothing here decides.' : `${blamed.name}: ${blamed.assessment.detail}`,
    metrics: metrics.map(({ name, assessment }) => ({ name, ...assessment })),
  };
}
