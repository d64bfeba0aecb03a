import type { WrittenPlan } from '@tidegate/analysis/plans';
import { writtenDuration } from './durations.ts';
import type { Findings } from './findings.ts';
import type { MeasuredMetric } from './imported-rollouts.ts';

type WrittenProviderGuard = NonNullable<WrittenPlan['providerGuards']>[number];

/** What a plan takes. */
const GUARDS_MAX = 10;
const NAME_LENGTH_MAX = 64;
/** The key of the environment's provider that the guards name. */
const PROVIDER = 'prometheus';

/**
 * Metrics of Prometheus as guards of the plan, and those that stay among the connections. Limits have the same names and
 * count the same; what differs is said.
 */
export function toProviderGuards(
  metrics: readonly MeasuredMetric[],
  {
    findings,
    taken,
  }: { readonly findings: Findings /** What guards of the plan are called. */; readonly taken: readonly string[] },
): { readonly guards: readonly WrittenProviderGuard[]; readonly left: readonly MeasuredMetric[] } {
  const carried = metrics.filter(canGuard).slice(0, GUARDS_MAX);
  const names = new Set(taken);
  const guards = carried.map((metric) => {
    const name = freeName(metric.name, names);
    names.add(name);
    return guardOf(metric, name);
  });
  for (const { provider } of carried) {
    const { address } = provider;
    const where = typeof address === 'string' ? ` (${address})` : '';
    findings.note(
      `The guards ask the environment’s metric provider ${PROVIDER}: save it first${where}, with its credentials.`,
    );
  }
  if (guards.length > 0) for (const note of NOTES) findings.note(note);
  return { guards, left: metrics.filter((metric) => !carried.includes(metric)) };
}

const NOTES = [
  'A query is asked as it is written: only one with {{ args.variant }} in it tells the arms apart.',
  'Guards are measured on for as long as anybody is treated, and failures after a count count too. An answer without data, or with NaN, and a provider in error hold the share, for a day at most, and then it is rolled back.',
];

/** Whether a guard can measure it: one number of Prometheus, and a condition on that number. */
export function canGuard({ provider, limits }: MeasuredMetric): boolean {
  const { kind, query } = provider;
  if (kind !== 'prometheus' || typeof query !== 'string' || query.includes('{{')) return false;
  return [limits.successCondition, limits.failureCondition].every(
    (condition) =>
      condition === undefined || !/\bresult\s*[[.]|\b(all|any|none|len|min|max)\s*\(/.test(ofOneNumber(condition)),
  );
}

/** A vector of one series is that number here. */
function ofOneNumber(condition: string): string {
  return condition.replaceAll(/\bresult\s*\[\s*0\s*\]/g, 'result');
}

function guardOf({ provider, limits, mode }: MeasuredMetric, name: string): WrittenProviderGuard {
  const { successCondition, failureCondition, intervalMs, initialDelayMs, ...counts } = limits;
  return {
    name,
    provider: PROVIDER,
    query: { kind: 'scalar', value: provider['query'] },
    limits: {
      ...(successCondition === undefined ? {} : { successCondition: ofOneNumber(successCondition) }),
      ...(failureCondition === undefined ? {} : { failureCondition: ofOneNumber(failureCondition) }),
      ...(intervalMs === undefined ? {} : { interval: writtenDuration(intervalMs) }),
      ...(initialDelayMs === undefined ? {} : { initialDelay: writtenDuration(initialDelayMs) }),
      ...counts,
    },
    ...(mode === undefined ? {} : { mode }),
  };
}

/** The metric's name as a key, and with a number behind it when that is taken. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  const key = name.replaceAll(/[^a-zA-Z0-9._-]+/g, '-').replace(/^[^a-zA-Z0-9]+/, '') || 'metric';
  const numbered = Array.from({ length: taken.size + 1 }, (_, index) => (index === 0 ? '' : `-${index + 1}`));
  const names = numbered.map((suffix) => `${key.slice(0, NAME_LENGTH_MAX - suffix.length)}${suffix}`);
  return names.find((one) => !taken.has(one)) ?? key;
}
