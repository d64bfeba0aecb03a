import { mannWhitney } from '../reports/index.ts';
import { meanOf } from './describe.ts';
import { meanRatio, type Series, superiority } from './effect-size.ts';
import { withoutNaN } from './outliers.ts';
import { type RankInterval, rankInterval } from './rank-interval.ts';

/**
 * How two series of points are compared. For parity with Kayenta (`interval`) and PipeCD (`p-value`): one look at points
 * that do not depend on each other. Minute averages do: on two equal services whose minutes remember the ones before
 * (autocorrelation 0.5 to 0.9), such a judge finds a difference in 9 to 47 of 100 looks. Prefer guards, whose sample is
 * the unit and whose looks are free.
 */
export type SeriesRule =
  | {
      readonly kind: 'interval';
      readonly confidence: number;
      /** Shifts inside this are none. */
      readonly margin: Margin;
      readonly effect: {
        readonly measure: 'mean-ratio' | 'superiority';
        /** Effects strictly between these are harmless, however sure. */
        readonly allowed: Band;
        /** From here on, a critical metric fails the whole. */
        readonly critical: Band;
      };
    }
  | { readonly kind: 'p-value'; readonly alpha: number }
  /** Means side by side, without an interval: says nothing, since nothing says how far chance reaches. */
  | { readonly kind: 'means' };

/** A share of the found shift (as Kayenta has it), a share of control's mean, or an amount in the metric's own unit. */
export interface Margin {
  readonly of: 'shift' | 'control-mean' | 'unit';
  readonly amount: number;
}

export interface Band {
  readonly low: number;
  readonly high: number;
}

export interface SeriesQuestion extends Series {
  /** Which way a difference is harm. */
  readonly direction: 'increase' | 'decrease' | 'either';
  readonly rule: SeriesRule;
  readonly nan: 'remove' | 'zero';
  readonly isCritical: boolean;
}

export interface SeriesClassification {
  readonly verdict: SeriesVerdict;
  /** Whether a critical metric is bad enough, or missing, so that the whole fails. */
  readonly isCriticalFailure: boolean;
  /** Null where the rule has none. */
  readonly found: RankInterval | null;
  readonly effect: number | null;
}

export type SeriesVerdict = 'pass' | 'high' | 'low' | 'no_data' | 'inconclusive';

/** Classifies treatment against control, once. The same question has the same answer: chance takes no part, ties or not. */
export function classifySeries(question: SeriesQuestion): SeriesClassification {
  const { rule, nan, isCritical } = question;
  const series: Series = {
    treatment: withoutNaN(question.treatment, nan),
    control: withoutNaN(question.control, nan),
  };
  const nothing = { isCriticalFailure: false, found: null, effect: null };
  if (series.treatment.length === 0 || series.control.length === 0) {
    return { ...nothing, verdict: 'no_data', isCriticalFailure: isCritical };
  }
  switch (rule.kind) {
    case 'means':
      return { ...nothing, verdict: 'inconclusive' };
    case 'p-value':
      return { ...nothing, verdict: byPValue(series, question.direction, rule.alpha) };
    case 'interval':
      return isSame(series) ? { ...nothing, verdict: 'pass' } : byInterval(series, question, rule);
    default:
      throw rule satisfies never;
  }
}

function byInterval(
  series: Series,
  { direction, isCritical }: SeriesQuestion,
  rule: Extract<SeriesRule, { kind: 'interval' }>,
): SeriesClassification {
  const found = rankInterval(series, rule.confidence);
  const effect = rule.effect.measure === 'mean-ratio' ? meanRatio(series) : superiority(series);
  const say = (verdict: SeriesVerdict, isCriticalFailure = false) => ({ verdict, isCriticalFailure, found, effect });
  if (found === null || found.interval === null) return say('inconclusive');
  const margin = marginOf(rule.margin, found.shift, series);
  // An effect without meaning is beyond every bound: left out, it would pass what it was asked to stop.
  const isAbove = (bound: number) => effect === null || effect >= bound;
  const isBelow = (bound: number) => effect === null || effect <= bound;
  const { allowed, critical } = rule.effect;
  if (direction !== 'decrease' && found.interval.low > margin && isAbove(allowed.high)) {
    return say('high', isCritical && isAbove(critical.high));
  }
  if (direction !== 'increase' && found.interval.high < -margin && isBelow(allowed.low)) {
    return say('low', isCritical && isBelow(critical.low));
  }
  return say('pass');
}

function marginOf({ of, amount }: Margin, shift: number, { control }: Series): number {
  switch (of) {
    case 'shift':
      return amount * Math.abs(shift);
    case 'control-mean':
      return amount * Math.abs(meanOf(control) ?? 0);
    case 'unit':
      return amount;
    default:
      throw of satisfies never;
  }
}

/** The direction is that of the test: which arm's points are larger more often. */
function byPValue(series: Series, direction: SeriesQuestion['direction'], alpha: number): SeriesVerdict {
  const { exact, approximate, superiority: share } = mannWhitney(series.control, series.treatment);
  if (!((exact ?? approximate).twoSided <= alpha)) return 'pass';
  const verdict = share > 0.5 ? 'high' : 'low';
  return direction === 'either' || (direction === 'increase') === (verdict === 'high') ? verdict : 'pass';
}

/** The same points in any order, or one value throughout: no difference, and no test that could say so. */
function isSame({ treatment, control }: Series): boolean {
  const sorted = (points: readonly number[]) => points.toSorted((one, other) => one - other);
  if (new Set([...treatment, ...control]).size === 1) return true;
  const others = sorted(control);
  return treatment.length === control.length && sorted(treatment).every((point, index) => point === others[index]);
}
