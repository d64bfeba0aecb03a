/** Events that `client.run` reports by itself: every flag has its own, so that one metric guards any rollout. */
const EVENTS_PER_FLAG: ReadonlySet<string> = new Set(['$error', '$duration']);

/**
 * The event that a guard of a rollout on `flagKey` listens to, for a metric on `metricEvent`: `$error` becomes
 * `$error:FLAG` and `$duration` becomes `$duration:FLAG`; every other name stays as it is.
 */
export function eventOfFlag(metricEvent: string, flagKey: string): string {
  return EVENTS_PER_FLAG.has(metricEvent) ? `${metricEvent}:${flagKey}` : metricEvent;
}
