import { limitKeyOf } from '../../evidence/engine-config-of.ts';
import type { EvidenceSummary, GuardSummary } from '../../evidence/summary.ts';
import type { EngineGuard } from '../engine/engine-config.ts';
import type { GuardState } from '../engine/engine-state.ts';
import type { GuardReading } from '../engine/read-engine.ts';
import { type DistributionIntervals, distributionIntervals } from './distribution-intervals.ts';
import type { EffectIntervals, EstimatedInterval, GuardVerdict } from './interval.ts';
import { limitInterval } from './limit-interval.ts';
import { meanIntervals } from './mean-intervals.ts';
import { rateIntervals } from './rate-intervals.ts';

/** What to show beside a guard's verdict. */
export type GuardIntervals =
  | ({ readonly kind: 'effect'; readonly guarantee: 'exact' | 'asymptotic' } & EffectIntervals)
  | ({ readonly kind: 'distribution'; readonly guarantee: 'exact' } & DistributionIntervals)
  /** Share of treated units, to hold against the limit. */
  | { readonly kind: 'limit'; readonly guarantee: 'exact'; readonly share: EstimatedInterval };

/**
 * An interval for every guard that a rollout has evidence of, by the engine's key. Guards without weight have no
 * verdict, so none is shown.
 */
export function summaryIntervals(
  summary: EvidenceSummary,
  readings: readonly GuardReading[],
): Readonly<Record<string, GuardIntervals>> {
  const entries = readings.flatMap(({ key, logEvidence, logThreshold }): [string, GuardIntervals][] => {
    if (logThreshold === null) return [];
    const intervals = guardIntervals(key, summary, { logThreshold, isHarmShown: logEvidence >= logThreshold });
    return intervals === null ? [] : [[key, intervals]];
  });
  return Object.fromEntries(entries);
}

/**
 * What to show beside the verdict of one guard, by the engine's key; null when there is no evidence of it. What was
 * stored before there were ticks is of rates.
 */
export function guardIntervals(
  key: string,
  summary: EvidenceSummary,
  verdict: Omit<GuardVerdict, 'harm'>,
): GuardIntervals | null {
  const metric = summary.guards.find((one) => key === one.metric || key === limitKeyOf(one.metric));
  if (metric === undefined) return null;
  const { harm } = metric;
  const index = summary.ticks?.config.guards.findIndex((one) => one.key === key) ?? -1;
  const guard = summary.ticks?.config.guards[index] ?? { key, kind: 'rate', law: 'design', harm };
  const state = summary.ticks?.state.guards[index];
  return intervalsOf(guard, { summary, metric, state, verdict: { ...verdict, harm } });
}

function intervalsOf(
  guard: EngineGuard,
  of: {
    readonly summary: EvidenceSummary;
    readonly metric: GuardSummary;
    readonly state: GuardState | undefined;
    readonly verdict: GuardVerdict;
  },
): GuardIntervals | null {
  const { metric, state, verdict } = of;
  switch (guard.kind) {
    case 'rate': {
      const strata = of.summary.strata.map(({ treatmentShare, units, events }) => ({
        treatmentShare,
        units,
        events: events[guard.key] ?? { control: 0, treatment: 0 },
      }));
      return { kind: 'effect', guarantee: 'exact', ...rateIntervals(strata, { ...verdict, ...toleranceOf(guard) }) };
    }
    case 'histogram': {
      const { control, treatment } = metric.sums ?? {};
      if (control?.kind !== 'histogram' || treatment?.kind !== 'histogram') return null;
      const { binCount } = guard;
      const intervals = distributionIntervals({ control, treatment }, { ...verdict, binCount });
      return { kind: 'distribution', guarantee: 'exact', ...intervals };
    }
    case 'mean':
    case 'ratio':
      if (state?.kind !== 'mean') return null;
      return { kind: 'effect', guarantee: 'asymptotic', ...meanIntervals(state, guard, verdict) };
    case 'limit': {
      if (metric.limit === undefined) return null;
      const share = limitInterval(metric.limit, { ...verdict, maxRate: guard.maxRate });
      return { kind: 'limit', guarantee: 'exact', share };
    }
    default:
      return guard satisfies never;
  }
}

function toleranceOf({ tolerance }: { readonly tolerance?: number }): { readonly tolerance?: number } {
  return tolerance === undefined ? {} : { tolerance };
}
