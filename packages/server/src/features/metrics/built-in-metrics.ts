import type { NewMetric } from '@tidegate/protocol';

/** A page or call that takes longer is slow to whoever waits for it. */
const SLOW_RUN_MS = 1_000;

/**
 * What every environment measures from the start: the errors and durations that `client.run` reports by itself, so
 * that a rollout has guards with no further instrumentation.
 */
export const BUILT_IN_METRICS: readonly NewMetric[] = [
  {
    key: 'run-errors',
    kind: 'binary',
    description: 'Units whose branch of `client.run` threw',
    event: '$error',
    harm: 'up',
    browserEvidence: false,
  },
  {
    key: 'slow-runs',
    kind: 'binary',
    description: `Units whose branch of \`client.run\` took more than ${SLOW_RUN_MS} ms`,
    event: '$duration',
    countsWhen: { above: SLOW_RUN_MS },
    harm: 'up',
    browserEvidence: false,
  },
];
