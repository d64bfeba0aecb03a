import type { EvidenceSummary, GuardSummary } from '../evidence/summary.ts';
import type { MeanSums, RatioSums } from '../statistics/engine/tick.ts';
import type { Baseline } from '../statistics/planning/baseline.ts';

/** Fewer units in control tell no rate. */
const UNITS_MIN = 100;

/**
 * What a metric is in control, over all strata of an evidence; null where too little of it was seen there, where it was
 * measured otherwise, and for distributions.
 */
export function measuredBaseline(guard: GuardSummary, summary: EvidenceSummary): Baseline | null {
  const known = summary.guards.find((one) => one.metric === guard.metric);
  if (known === undefined || kindOf(known) !== kindOf(guard)) return null;
  const sums = known.sums?.control;
  switch (sums?.kind) {
    case undefined:
    case 'rate':
      return rateOf(guard.metric, summary);
    case 'mean':
      return meanOf(sums);
    case 'ratio':
      return ratioOf(sums);
    case 'histogram':
      return null;
    default:
      return sums satisfies never;
  }
}

function kindOf({ measure }: GuardSummary) {
  return measure?.kind ?? 'binary';
}

function rateOf(metric: string, { strata }: EvidenceSummary): Baseline | null {
  const units = strata.reduce((sum, stratum) => sum + stratum.units.control, 0);
  const events = strata.reduce((sum, stratum) => sum + (stratum.events[metric]?.control ?? 0), 0);
  // What was not seen once is rare, and not more is known: half an event, as the usual correction has it.
  return units < UNITS_MIN ? null : { kind: 'rate', rate: Math.max(events, 0.5) / units };
}

function meanOf({ units, sum, sumSquares }: MeanSums): Baseline | null {
  if (units < UNITS_MIN) return null;
  const mean = sum / units;
  return aboveZero({ mean, variance: sumSquares / units - mean ** 2 });
}

/** By the delta method: each unit's part of the ratio, as if it had one of what the ratio is per. */
function ratioOf({ units, sumY, sumZ, sumYY, sumYZ, sumZZ }: RatioSums): Baseline | null {
  if (units < UNITS_MIN || sumZ <= 0) return null;
  const mean = sumY / sumZ;
  const residuals = sumYY - 2 * mean * sumYZ + mean ** 2 * sumZZ;
  return aboveZero({ mean, variance: residuals / units / (sumZ / units) ** 2 });
}

/** A ratio of what is zero, or negative, is no harm; and what never varies is no metric. */
function aboveZero(of: { readonly mean: number; readonly variance: number }): Baseline | null {
  return of.mean > 0 && of.variance > 0 ? { kind: 'mean', ...of } : null;
}
