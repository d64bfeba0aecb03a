import { binsOf } from '../evidence/histogram-bins.ts';
import type { EvidenceSummary, GuardSummary } from '../evidence/summary.ts';
import type { Baseline } from '../statistics/planning/baseline.ts';
import { measuredBaseline } from './measured-baseline.ts';
import type { Baselines } from './rehearsed-guard.ts';

/** Evidence of a rollout of the same flag, over the time in which it came. */
export interface EarlierEvidence {
  readonly rolloutId: string;
  readonly summary: EvidenceSummary;
  readonly elapsedMs: number;
}

export interface GivenTraffic {
  readonly unitsPerMinute?: number;
  /** What each metric is in control: the share of units that count, or the mean. */
  readonly rates?: Readonly<Record<string, number>>;
}

/** Where a number comes from that a rehearsal counts on. */
export interface TrafficSource {
  /** `unitsPerMinute`, or a guard's metric. */
  readonly of: string;
  readonly origin: 'measured' | 'given' | 'assumed';
  /** Null for a distribution. */
  readonly value: number | null;
  /** By which rollout it was measured. */
  readonly rolloutId?: string;
}

export interface KnownTraffic {
  readonly unitsPerMinute: number;
  readonly baselines: Baselines;
  readonly sources: readonly TrafficSource[];
  /** What nobody said and nothing measured, of the same names as `TrafficSource.of`. */
  readonly missing: readonly string[];
}

/** A rate of less time says more of the minute than of the flag. */
const ELAPSED_MIN_MS = 60_000;

/** What was given, else what the first evidence that knows it says; of distributions nothing needs to be known. */
export function knownTraffic(of: {
  readonly guards: readonly GuardSummary[];
  readonly given: GivenTraffic;
  /** Newest first. */
  readonly evidence: readonly EarlierEvidence[];
}): KnownTraffic {
  const units = unitsPerMinute(of.given, of.evidence);
  const guards = of.guards.map((guard) => ({ guard, found: findBaseline(guard, of) }));
  const found = guards.flatMap(({ guard, found }) => (found === null ? [] : [{ metric: guard.metric, ...found }]));
  const missing = guards.flatMap(({ guard, found }) => (found === null ? [guard.metric] : []));
  return {
    unitsPerMinute: units?.value ?? 0,
    baselines: Object.fromEntries(found.map(({ metric, baseline }) => [metric, baseline])),
    sources: [...(units === null ? [] : [units]), ...found.map(({ source }) => source)],
    missing: [...(units === null ? ['unitsPerMinute'] : []), ...missing],
  };
}

function unitsPerMinute(given: GivenTraffic, evidence: readonly EarlierEvidence[]) {
  const of = 'unitsPerMinute';
  if (given.unitsPerMinute !== undefined) return { of, origin: 'given', value: given.unitsPerMinute } as const;
  const known = evidence.find(({ summary, elapsedMs }) => summary.unitCount > 0 && elapsedMs >= ELAPSED_MIN_MS);
  if (known === undefined) return null;
  const value = known.summary.unitCount / (known.elapsedMs / 60_000);
  return { of, origin: 'measured', value, rolloutId: known.rolloutId } as const;
}

function findBaseline(
  guard: GuardSummary,
  { given, evidence }: { readonly given: GivenTraffic; readonly evidence: readonly EarlierEvidence[] },
): { readonly baseline: Baseline; readonly source: TrafficSource } | null {
  const { metric: of, measure = { kind: 'binary' } } = guard;
  if (measure.kind === 'histogram') {
    return { baseline: assumedBins(binsOf(measure).binCount), source: { of, origin: 'assumed', value: null } };
  }
  const value = Object.hasOwn(given.rates ?? {}, of) ? given.rates?.[of] : undefined;
  if (value !== undefined) return { baseline: baselineOf(measure.kind, value), source: { of, origin: 'given', value } };
  for (const { rolloutId, summary } of evidence) {
    const baseline = measuredBaseline(guard, summary);
    if (baseline === null) continue;
    return { baseline, source: { of, origin: 'measured', value: meanOfBaseline(baseline), rolloutId } };
  }
  return null;
}

/** Of a value, only its mean is said; it is taken to spread as far as it is large, as waits and baskets do. */
function baselineOf(kind: 'binary' | 'count' | 'mean' | 'ratio', value: number): Baseline {
  switch (kind) {
    case 'binary':
      return { kind: 'rate', rate: value };
    case 'count':
      return { kind: 'count', mean: value };
    case 'mean':
    case 'ratio':
      return { kind: 'mean', mean: value, variance: value ** 2 };
    default:
      return kind satisfies never;
  }
}

function meanOfBaseline(baseline: Baseline): number | null {
  if (baseline.kind === 'histogram') return null;
  return baseline.kind === 'rate' ? baseline.rate : baseline.mean;
}

const BINS = 20;

/**
 * A distribution of which nothing needs to be known: harm is so many times as many observations in the slowest twentieth,
 * wherever that lies. A rehearsal draws each bin at every step, so they are few; and no more than the metric has.
 */
export function assumedBins(binCount: number): Baseline {
  const others = Math.min(BINS, binCount) - 1;
  return { kind: 'histogram', bins: [...Array.from({ length: others }, () => 19), others] };
}
