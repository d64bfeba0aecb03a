/** From worst to best. The one order of severity, everywhere: of guards, of metrics with limits, of runs of them. */
const SEVERITY = [
  'failed',
  'error',
  'inconclusive',
  'no_data',
  'no_control',
  'terminated',
  'pending',
  'running',
  'successful',
  'safe',
] as const;

export type AnyVerdict = (typeof SEVERITY)[number];

/** Higher is worse. */
export function severity(verdict: AnyVerdict): number {
  return SEVERITY.length - 1 - SEVERITY.indexOf(verdict);
}

/** The worst of some verdicts; `no_data` for none, since nothing was said. */
export function worstVerdict<V extends AnyVerdict>(verdicts: readonly V[]): V | 'no_data' {
  return verdicts.reduce<V | 'no_data'>(
    (worst, verdict, index) => (index === 0 || severity(verdict) > severity(worst) ? verdict : worst),
    'no_data',
  );
}
