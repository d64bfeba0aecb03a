import { normalQuantile } from '../normal-distribution.ts';
import { countOf } from './count-of.ts';
import type { DistributionGuard } from './engine-config.ts';
import { isCoin } from './is-coin.ts';
import { initialCapitals, stepCapitals } from './release-capital.ts';
import { histogramSumsOf } from './sums-of.ts';
import type { Tick } from './tick.ts';

export interface HistogramState {
  readonly kind: 'histogram';
  /** By tilt: first the shifts, then the slow paths. */
  readonly logCapitals: readonly number[];
  /** Observations of both arms and all ticks, by bin, the baseline included. */
  readonly bins: readonly number[];
  /** ln of the e-value against "harmful by the margin", from units exposed first in the stage in force. */
  readonly logSafety: number;
}

/** Exponents of the shift: a multiplication of all values, as the normal score of their rank. */
const SHIFTS: readonly number[] = [0.06, 0.15, 0.4, 1];
/**
 * Slow paths: a part of the observations is moved by so many standard deviations of the normal score, and the rest of the
 * distribution stays as it was. What a timeout, a cold cache or a retry does, and what leaves the median alone.
 *
 * Measured in information bounds, tails by indicators of four quantiles instead: 2 % of requests five times as slow are
 * found after 2.8 instead of 2.2, 1 % ten times as slow after 2.1 instead of 1.8, 5 % twice as slow after 1.63 instead of
 * 1.55; all requests 10 % slower after 1.78 instead of 1.77.
 */
const SLOW_PATHS: readonly { readonly part: number; readonly shift: number }[] = [
  { part: 0.03, shift: 1.5 },
  { part: 0.1, shift: 1.5 },
  { part: 0.01, shift: 2.5 },
  { part: 0.03, shift: 2.5 },
  { part: 0.005, shift: 3.2 },
  { part: 0.02, shift: 3.2 },
];
/** Half of the capital bets on shifts, half on slow paths. */
export const HISTOGRAM_BET_WEIGHTS: readonly number[] = [
  ...SHIFTS.map(() => 0.5 / SHIFTS.length),
  ...SLOW_PATHS.map(() => 0.5 / SLOW_PATHS.length),
];

/** Before this many observations the pooled distribution is not known well enough to bet on. */
const OBSERVATIONS_MIN = 200;
/** Shared by all bins, so that none of them is impossible. */
const PSEUDO_COUNT = 0.5;
/** Where the margins apply: to the share of observations beyond this quantile of both arms. */
const SAFETY_QUANTILE = 0.95;
/**
 * The normal score is kept within these, or one slow observation could lose or win all. Slow paths lose little on what is
 * not slow, so they may look further out: 1 % of requests ten times as slow are then found after 1.7 bounds, not 1.95.
 */
const SCORE_MIN = -3;
const SHIFT_SCORE_MAX = 3.6;
const SLOW_SCORE_MAX = 4.8;
/** Ranks that the scores above are of, and some more. */
const RANK_MIN = 1e-4;
const RANK_MAX = 1 - 1e-6;

export function createHistogramState(guard: DistributionGuard, stageCount: number): HistogramState {
  const bins = Array.from({ length: guard.binCount }, () => 0);
  addTo(bins, guard.baseline ?? {});
  return {
    kind: 'histogram',
    logCapitals: initialCapitals(HISTOGRAM_BET_WEIGHTS.length, stageCount),
    bins,
    logSafety: 0,
  };
}

/**
 * Label betting with values: having seen in which bin an observation is, bet on its arm by a tilt h of the distribution
 * f that both arms together had in earlier ticks. With g the normal score of the rank of a bin,
 *
 *     q = exp(lambda g) / (sum of f exp(lambda g)),   h = q for shifts,   h = 1 - part + part q for slow paths
 *     treatment wins ln h - ln(1 + pi (h - 1)), control - ln(1 + pi (h - 1))
 *
 * Proven for "treatment is not stochastically worse", for any f, because no h decreases in the harmful direction.
 */
export function foldHistogram(
  guard: DistributionGuard,
  state: HistogramState,
  step: { readonly tick: Tick; readonly released: number; readonly isNewStage: boolean },
): HistogramState {
  const bins = state.bins.slice();
  const increments = HISTOGRAM_BET_WEIGHTS.map(() => 0);
  const total = state.bins.reduce((sum, count) => sum + count, 0);
  const isUpward = guard.harm === 'up';
  const pooled = total >= OBSERVATIONS_MIN ? pooledOf(isUpward ? state.bins : state.bins.toReversed(), total) : null;
  let logSafety = step.isNewStage ? 0 : state.logSafety;
  for (const stratum of step.tick.strata) {
    const sums = histogramSumsOf(stratum, guard.key);
    const { treatmentShare: share } = stratum;
    if (sums === null || !isCoin(share)) continue;
    addTo(bins, sums.control.bins);
    addTo(bins, sums.treatment.bins);
    if (pooled === null) continue;
    const observed = observe(sums, { binCount: guard.binCount, isUpward });
    addShiftIncrements(increments, pooled, { observed, share });
    addSlowPathIncrements(increments, pooled, { observed, share });
    const margin = guard.margins?.[step.tick.stageIndex] ?? null;
    if (margin === null || stratum.stageIndex !== step.tick.stageIndex) continue;
    const tailRatio = isUpward ? margin : 1 / margin;
    const beyond = countsFrom(observed, pooled.safetyBin);
    logSafety += beyond.total * Math.log1p(share * (tailRatio - 1)) - beyond.treatment * Math.log(tailRatio);
  }
  return {
    kind: 'histogram',
    logCapitals: stepCapitals(state.logCapitals, increments, step.released),
    bins,
    logSafety,
  };
}

/** Adds sparse counts; a bin that does not exist is the nearest that does. */
function addTo(bins: number[], counts: Readonly<Record<number, number>>): void {
  for (const [bin, count] of Object.entries(counts)) {
    const index = binOf(bin, bins.length);
    bins[index] = countOf((bins[index] ?? 0) + countOf(count));
  }
}

function binOf(key: string, binCount: number): number {
  return Math.min(Math.max(Math.trunc(Number(key)), 0), binCount - 1);
}

/** What both arms together were in earlier ticks; bins from harmless to harmful. */
interface Pooled {
  readonly shares: readonly number[];
  /** Normal score by bin, of the rank of its middle. */
  readonly scores: readonly number[];
  readonly slowScores: readonly number[];
  /** Where the tail begins that the margins are of. */
  readonly safetyBin: number;
}

function pooledOf(bins: readonly number[], total: number): Pooled {
  const mass = total + PSEUDO_COUNT;
  const shares = bins.map((count) => (count + PSEUDO_COUNT / bins.length) / mass);
  let sum = 0;
  const ranks = shares.map((share) => {
    sum += share;
    return sum - share / 2;
  });
  const raw = ranks.map((rank) => Math.max(normalQuantile(Math.min(Math.max(rank, RANK_MIN), RANK_MAX)), SCORE_MIN));
  const scores = raw.map((score) => Math.min(score, SHIFT_SCORE_MAX));
  const slowScores = raw.map((score) => Math.min(score, SLOW_SCORE_MAX));
  return { shares, scores, slowScores, safetyBin: firstBinAt(ranks, SAFETY_QUANTILE) };
}

/** The first bin whose middle is at or beyond the quantile; the number of bins when there is none. */
function firstBinAt(ranks: readonly number[], quantile: number): number {
  let bin = ranks.length;
  while (bin > 0 && (ranks[bin - 1] ?? 0) >= quantile) bin -= 1;
  return bin;
}

interface Observed {
  readonly bin: number;
  readonly total: number;
  readonly treatment: number;
}

/** Occupied bins, from harmless to harmful. */
function observe(
  sums: { control: { bins: Readonly<Record<number, number>> }; treatment: { bins: Readonly<Record<number, number>> } },
  { binCount, isUpward }: { binCount: number; isUpward: boolean },
): readonly Observed[] {
  const totals = new Map<number, { total: number; treatment: number }>();
  for (const arm of ['control', 'treatment'] as const) {
    for (const [key, raw] of Object.entries(sums[arm].bins)) {
      const index = binOf(key, binCount);
      const bin = isUpward ? index : binCount - 1 - index;
      const count = countOf(raw);
      const cell = totals.get(bin) ?? { total: 0, treatment: 0 };
      cell.total += count;
      if (arm === 'treatment') cell.treatment += count;
      totals.set(bin, cell);
    }
  }
  return [...totals].map(([bin, cell]) => ({ bin, ...cell })).sort((one, other) => one.bin - other.bin);
}

function countsFrom(observed: readonly Observed[], from: number): { total: number; treatment: number } {
  let [total, treatment] = [0, 0];
  for (const cell of observed) {
    if (cell.bin < from) continue;
    total += cell.total;
    treatment += cell.treatment;
  }
  return { total, treatment };
}

function addShiftIncrements(
  increments: number[],
  pooled: Pooled,
  { observed, share }: { observed: readonly Observed[]; share: number },
): void {
  for (const [index, exponent] of SHIFTS.entries()) {
    increments[index] =
      (increments[index] ?? 0) +
      tiltIncrement({ shares: pooled.shares, scores: pooled.scores, exponent, share, observed });
  }
}

/** What one exponential tilt of a score wins on what was observed. */
export function tiltIncrement(of: {
  readonly shares: readonly number[];
  readonly scores: readonly number[];
  readonly exponent: number;
  readonly share: number;
  readonly observed: readonly Observed[];
}): number {
  const { exponent, scores } = of;
  const logMean = Math.log(meanTilt(of.shares, scores, exponent));
  let sum = 0;
  for (const { bin, total, treatment } of of.observed) {
    const logTilt = exponent * (scores[bin] ?? 0) - logMean;
    sum += treatment * logTilt - total * Math.log1p(of.share * Math.expm1(logTilt));
  }
  return sum;
}

function meanTilt(shares: readonly number[], scores: readonly number[], exponent: number): number {
  let mean = 0;
  for (let bin = 0; bin < shares.length; bin++) mean += (shares[bin] ?? 0) * Math.exp(exponent * (scores[bin] ?? 0));
  return mean;
}

function addSlowPathIncrements(
  increments: number[],
  { shares, slowScores: scores }: Pooled,
  { observed, share }: { observed: readonly Observed[]; share: number },
): void {
  for (const [offset, { part, shift }] of SLOW_PATHS.entries()) {
    const mean = meanTilt(shares, scores, shift);
    let sum = 0;
    for (const { bin, total, treatment } of observed) {
      const excess = part * (Math.exp(shift * (scores[bin] ?? 0)) / mean - 1);
      sum += treatment * Math.log1p(excess) - total * Math.log1p(share * excess);
    }
    const index = SHIFTS.length + offset;
    increments[index] = (increments[index] ?? 0) + sum;
  }
}
