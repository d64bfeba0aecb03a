import { type ReadCondition, readCondition } from './read-condition.ts';

/**
 * The classical limits of one metric, under the names of Argo Rollouts: measured at intervals, each measurement judged by
 * conditions, and too many bad ones are a verdict. They have no bound on false alarms; what is proven to have one is in
 * `statistics/`. Limits count what they allow: with `failureLimit: 1` the second failure fails. Other than there,
 * measuring does not end with a verdict: it goes on for as long as somebody is treated.
 */
export interface MetricLimits {
  /** True of a good measurement. Without a failure condition, what is not good has failed. */
  readonly successCondition?: string;
  /** True of a bad measurement, whatever the other says. Without a success condition, what is not bad is good. */
  readonly failureCondition?: string;
  /** From the end of one measurement to the next; a minute when absent. */
  readonly intervalMs?: number;
  /** How many measurements it takes before it can be successful: 1 when absent. */
  readonly count?: number;
  /** From the start of the run to the first measurement. */
  readonly initialDelayMs?: number;
  /** How many may fail: 0 when absent, -1 for any number. */
  readonly failureLimit?: number;
  /** Whether failures count in all (when absent), or in a row. */
  readonly failureMode?: 'total' | 'consecutive';
  /** How many may be neither good nor bad: 0 when absent, -1 for any number. */
  readonly inconclusiveLimit?: number;
  /** How many errors in a row may come: 4 when absent, -1 for any number. */
  readonly consecutiveErrorLimit?: number;
  /** How long errors in a row may last; with it, their number does not count. */
  readonly errorBudgetMs?: number;
  /** It is successful after so many good ones in a row, whatever `count` says. */
  readonly consecutiveSuccessLimit?: number;
}

export const CONSECUTIVE_ERROR_LIMIT_DEFAULT = 4;
export const COUNT_DEFAULT = 1;
const INTERVAL_DEFAULT_MS = 60_000;

/** What is wrong with some limits: a name, what was expected, and what came. */
export interface LimitsFlaw {
  readonly field: keyof MetricLimits;
  readonly detail: string;
}

/** A shorter interval measures the same data again. */
const INTERVAL_MIN_MS = 1_000;

/** The smallest that each may be; -1 stands for any number. */
const LOWEST: ReadonlyMap<keyof MetricLimits, number> = new Map([
  ['intervalMs', INTERVAL_MIN_MS],
  ['count', 1],
  ['initialDelayMs', 0],
  ['failureLimit', -1],
  ['inconclusiveLimit', -1],
  ['consecutiveErrorLimit', -1],
  ['errorBudgetMs', 0],
  ['consecutiveSuccessLimit', 1],
]);

/** Everything for which limits are refused when they are written; none when they can be used. */
export function findLimitsFlaws(limits: MetricLimits): readonly LimitsFlaw[] {
  const flaws: LimitsFlaw[] = [];
  for (const [field, lowest] of LOWEST) {
    const value = limits[field];
    if (value === undefined || (Number.isSafeInteger(value) && Number(value) >= lowest)) continue;
    flaws.push({ field, detail: `Expected a whole number from ${lowest} on; came ${value}.` });
  }
  for (const [field, condition] of Object.entries(conditionsOf(limits))) {
    if (condition?.kind !== 'flawed') continue;
    // Both members of the conditions are members of the limits.
    flaws.push({ field: field as keyof MetricLimits, detail: `${condition.detail} (at ${condition.at})` });
  }
  if (limits.successCondition === undefined && limits.failureCondition === undefined) {
    const detail = 'Expected a condition for success, for failure or for both: without one, nothing is ever wrong.';
    flaws.push({ field: 'failureCondition', detail });
  }
  return flaws;
}

/** Both conditions, read. */
export function conditionsOf({ successCondition, failureCondition }: MetricLimits): {
  readonly successCondition: ReadCondition | undefined;
  readonly failureCondition: ReadCondition | undefined;
} {
  return {
    successCondition: successCondition === undefined ? undefined : readCondition(successCondition),
    failureCondition: failureCondition === undefined ? undefined : readCondition(failureCondition),
  };
}

export function intervalMsOf({ intervalMs = INTERVAL_DEFAULT_MS }: MetricLimits): number {
  return intervalMs;
}
