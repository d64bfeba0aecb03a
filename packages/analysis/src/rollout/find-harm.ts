import type { RolloutAssessment } from '../statistics/assessment.ts';
import type { KillCause } from './state.ts';

/** The cause for a kill, blaming the guard that adds most to the evidence; null while the evidence does not suffice. */
export function findHarm(assessment: RolloutAssessment): Extract<KillCause, { kind: 'harm' }> | null {
  const { logEvidence, logThreshold } = assessment;
  if (!(logEvidence >= logThreshold)) return null;
  const [first, ...others] = assessment.guards;
  if (first === undefined) return null;
  const share = (guard: typeof first) => Math.log(guard.weight) + guard.logEvidence;
  const worst = others.reduce((worst, guard) => (share(guard) > share(worst) ? guard : worst), first);
  return { kind: 'harm', metric: worst.metric, logEvidence, logThreshold };
}
