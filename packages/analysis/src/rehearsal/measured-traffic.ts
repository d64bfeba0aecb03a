import type { EvidenceSummary, GuardSummary } from '../evidence/summary.ts';
import type { GuardSums } from '../statistics/engine/tick.ts';
import type { Baseline } from '../statistics/planning/baseline.ts';

/** Fewer units in control tell no rate. */
const UNITS_MIN = 100;
const BINS = 20;

/** New units that came in a minute, as evidence tells; null when it does not. */
export function unitsPerMinuteOf({ unitCount }: EvidenceSummary, elapsedMs: number): number | null {
  return unitCount > 0 && elapsedMs > 0 ? unitCount / (elapsedMs / 60_000) : null;
}

/** What a metric is in control, over all strata of an evidence; null where too little of it was seen. */
export function baselineOf(metric: string, summary: EvidenceSummary): Baseline | null {
  const guard = summary.guards.find((one) => one.metric === metric);
  if (guard === undefined) return null;
  const sums = guard.sums?.control;
  return sums === undefined || sums.kind === 'rate' ? rateOf(guard, summary) : baselineOfSums(sums);
}

function rateOf({ metric, measure }: GuardSummary, { strata }: EvidenceSummary): Baseline | null {
  if ((measure?.kind ?? 'binary') !== 'binary') return null;
  const units = strata.reduce((sum, stratum) => sum + stratum.units.control, 0);
  const events = strata.reduce((sum, stratum) => sum + (stratum.events[metric]?.control ?? 0), 0);
  // Of what was not seen once, only that it is rare is known: half an event, as the usual correction has it.
  return units < UNITS_MIN ? null : { kind: 'rate', rate: Math.min(1, Math.max(events, 0.5) / units) };
}

function baselineOfSums(sums: Exclude<GuardSums, { kind: 'rate' }>): Baseline | null {
  switch (sums.kind) {
    // Where the tail begins makes no difference: see `assumedBins`.
    case 'histogram':
      return null;
    case 'mean': {
      const { units, sum, sumSquares } = sums;
      return units < UNITS_MIN ? null : meanOf({ units, sum, sumSquares });
    }
    case 'ratio': {
      const { units, sumY, sumZ, sumYY, sumYZ, sumZZ } = sums;
      if (units < UNITS_MIN || sumZ <= 0) return null;
      // By the delta method: each unit's part of the ratio, as if it had one of what the ratio is per.
      const ratio = sumY / sumZ;
      const perUnit = sumZ / units;
      const variance = (sumYY - 2 * ratio * sumYZ + ratio ** 2 * sumZZ) / units / perUnit ** 2;
      return variance > 0 && ratio > 0 ? { kind: 'mean', mean: ratio, variance } : null;
    }
    default:
      return sums satisfies never;
  }
}

function meanOf(of: { units: number; sum: number; sumSquares: number }): Baseline | null {
  const mean = of.sum / of.units;
  const variance = of.sumSquares / of.units - mean ** 2;
  return mean > 0 && variance > 0 ? { kind: 'mean', mean, variance } : null;
}

/**
 * A distribution of which nothing needs to be known: harm is so many times as many observations in the slowest twentieth,
 * wherever that lies. A rehearsal draws each bin at every step, so they are few; and no more than the metric has.
 */
export function assumedBins(binCount: number): Baseline {
  const others = Math.min(BINS, binCount) - 1;
  return { kind: 'histogram', bins: [...Array.from({ length: others }, () => 19), others] };
}
