import type { Effect, MeanAndVariance } from './information-per-unit.ts';

/** What a metric is without treatment, as its history tells. A histogram has observations by bin, at most one a unit. */
export type Baseline =
  | { readonly kind: 'rate'; readonly rate: number }
  | { readonly kind: 'count'; readonly mean: number }
  | { readonly kind: 'histogram'; readonly bins: readonly number[] }
  | ({ readonly kind: 'mean' } & MeanAndVariance);

/** Of a histogram, the ratio is that of observations beyond this quantile, where the worst of users are. */
const TAIL = 0.05;
/** A rate of 1 leaves nothing to tell apart. */
const RATE_MAX = 1 - 1e-9;

/** A treatment under which the metric is `ratio` times what it is in control. */
export function effectOfRatio(baseline: Baseline, ratio: number): Effect {
  switch (baseline.kind) {
    case 'rate':
      return { kind: 'rate', control: baseline.rate, treatment: Math.min(baseline.rate * ratio, RATE_MAX) };
    case 'count':
      return { kind: 'count', control: baseline.mean, treatment: baseline.mean * ratio };
    case 'histogram':
      return { kind: 'histogram', control: baseline.bins, treatment: withTail(baseline.bins, ratio) };
    case 'mean': {
      const { mean, variance } = baseline;
      return { kind: 'mean', control: { mean, variance }, treatment: { mean: mean * ratio, variance } };
    }
    default:
      return baseline satisfies never;
  }
}

/** The bins with `ratio` times as many observations in the tail, and so many fewer before it. */
function withTail(bins: readonly number[], ratio: number): readonly number[] {
  const { from, share } = tailOf(bins);
  if (share === 0) return bins;
  const treated = Math.min(share * ratio, RATE_MAX);
  return bins.map((count, bin) => (bin >= from ? count * (treated / share) : count * ((1 - treated) / (1 - share))));
}

/** The first bin that lies beyond the quantile as a whole, and the share of observations from there on. */
function tailOf(bins: readonly number[]): { readonly from: number; readonly share: number } {
  const whole = bins.reduce((sum, count) => sum + count, 0);
  let before = 0;
  for (const [from, count] of bins.entries()) {
    if (whole > 0 && before >= whole * (1 - TAIL)) return { from, share: (whole - before) / whole };
    before += count;
  }
  return { from: bins.length, share: 0 };
}

/**
 * Nats per unit that a treatment without harm brings against "worse by `margin`": what a stage is left on. Bets on
 * labels gain from the units that count; a mean gains as from a difference of that size.
 */
export function safetyPerUnit(
  baseline: Baseline,
  { margin, treatmentShare: pi }: { readonly margin: number; readonly treatmentShare: number },
): number {
  if (pi <= 0 || pi >= 1) return 0;
  const perEvent = Math.log1p(pi * (margin - 1)) - pi * Math.log(margin);
  switch (baseline.kind) {
    case 'rate':
      return baseline.rate * perEvent;
    case 'count':
      return baseline.mean * perEvent;
    case 'histogram':
      return tailOf(baseline.bins).share * perEvent;
    case 'mean':
      return (((margin - 1) * baseline.mean) ** 2 / 2 / baseline.variance) * pi * (1 - pi);
    default:
      return baseline satisfies never;
  }
}
