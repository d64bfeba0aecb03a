import type { Verdict } from './assessment.ts';

/** From worst to best. The one order of severity, everywhere. */
const SEVERITY: readonly Verdict[] = ['failed', 'error', 'inconclusive', 'no_data', 'running', 'safe'];

/** Higher is worse. */
export function severity(verdict: Verdict): number {
  return SEVERITY.length - 1 - SEVERITY.indexOf(verdict);
}

/** The worst of some verdicts; `no_data` for none, since nothing was said. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0) return 'no_data';
  return verdicts.reduce((worst, verdict) => (severity(verdict) > severity(worst) ? verdict : worst));
}
