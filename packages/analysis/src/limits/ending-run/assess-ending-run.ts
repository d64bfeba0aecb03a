import { severity, worstVerdict } from '../../statistics/verdict.ts';
import { type EndingAssessment, type EndingVerdict, isSettled } from './ending-metric.ts';

export interface EndingRunMetric {
  readonly name: string;
  /**
   * `observe` is a dry run: shown, and never decides. `sample` only says whether there is enough to judge by: enough of
   * it is no success.
   */
  readonly mode: 'decide' | 'observe' | 'sample';
  readonly assessment: EndingAssessment;
  /** Whether a measurement of it is under way. */
  readonly isInFlight: boolean;
}

export interface EndingRunAssessment {
  readonly verdict: EndingVerdict;
  /** Why, naming the first of the worst metrics. */
  readonly detail: string;
  /** Of each metric, in the order given, after the run's end: what was under way then has been given up. */
  readonly metrics: readonly (EndingAssessment & { readonly name: string })[];
  /** Metrics in dry run, by their verdict. */
  readonly observed: Readonly<Partial<Record<EndingVerdict, number>>>;
}

/**
 * The worst metric decides, as soon as it has a bad verdict: siblings are not waited for. A measurement that was under
 * way then is given up and inconclusive; what was not measured is terminated. A run is successful when every metric that
 * decides is.
 */
export function assessEndingRun(
  metrics: readonly EndingRunMetric[],
  { isStopped }: { readonly isStopped: boolean },
): EndingRunAssessment {
  const deciding = metrics.filter(({ mode }) => mode !== 'observe');
  const isBad = ({ assessment: { verdict } }: EndingRunMetric) =>
    isSettled(verdict) && severity(verdict) > severity('no_data');
  const isHarmed = deciding.some(isBad);
  const ended = metrics.map((metric) => {
    const isLeft = (isStopped || isHarmed) && !isSettled(metric.assessment.verdict);
    return { ...metric, assessment: isLeft ? giveUp(metric, isHarmed) : metric.assessment };
  });
  const verdict = verdictOf(ended, isStopped);
  const blamed = ended.find(({ mode, assessment }) => mode !== 'observe' && assessment.verdict === verdict);
  return {
    verdict,
    detail: blamed === undefined ? WITHOUT_BLAME[verdict] : `${blamed.name}: ${blamed.assessment.detail}`,
    metrics: ended.map(({ name, assessment }) => ({ name, ...assessment })),
    observed: countVerdicts(ended.filter(({ mode }) => mode === 'observe')),
  };
}

const WITHOUT_BLAME: Readonly<Record<EndingVerdict, string>> = {
  failed: '',
  error: '',
  inconclusive: '',
  no_data: 'Nothing says whether it is healthy.',
  terminated: 'Run Terminated',
  pending: 'Nothing was measured yet.',
  running: 'Not everything was measured yet.',
  successful: 'Every metric is in dry run.',
};

/** Stopped from outside, nothing was found; ended by a sibling, what was under way might have found something too. */
function giveUp({ isInFlight }: EndingRunMetric, isHarmed: boolean): EndingAssessment {
  if (isInFlight && isHarmed) return { verdict: 'inconclusive', detail: 'Metric Terminated' };
  return { verdict: 'terminated', detail: 'It was stopped before it had a verdict.' };
}

function verdictOf(metrics: readonly EndingRunMetric[], isStopped: boolean): EndingVerdict {
  const deciding = metrics.filter(({ mode }) => mode === 'decide').map(({ assessment }) => assessment.verdict);
  // Enough of a sample is no vote.
  const samples = metrics.filter(({ mode }) => mode === 'sample').map(({ assessment }) => assessment.verdict);
  const votes = [...deciding, ...samples.filter((verdict) => verdict !== 'successful')];
  if (votes.length > 0) {
    const worst = worstVerdict(votes);
    // A metric that was not measured yet leaves the run running, once there is a run.
    return worst === 'pending' && votes.some((verdict) => verdict !== 'pending') ? 'running' : worst;
  }
  const observed = metrics.filter(({ mode }) => mode === 'observe').map(({ assessment }) => assessment.verdict);
  if (isStopped && !observed.every(isEarned)) return 'terminated';
  if (observed.length === 0 || samples.length > 0) return isStopped ? 'terminated' : 'no_data';
  return observed.every(isSettled) ? 'successful' : 'running';
}

function isEarned(verdict: EndingVerdict): boolean {
  return isSettled(verdict) && verdict !== 'terminated';
}

function countVerdicts(metrics: readonly EndingRunMetric[]): Partial<Record<EndingVerdict, number>> {
  const counts: Partial<Record<EndingVerdict, number>> = {};
  for (const { assessment } of metrics) counts[assessment.verdict] = (counts[assessment.verdict] ?? 0) + 1;
  return counts;
}
