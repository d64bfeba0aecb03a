import { normalQuantile } from '../normal-distribution.ts';

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

/** What every bet wins on one observation, by bin from harmless to harmful, at one share of treatment. */
export interface HistogramWinnings {
  readonly bets: readonly BetWinnings[];
  /** Where the tail begins that the margins are of. */
  readonly safetyBin: number;
}

export interface BetWinnings {
  readonly ofTreatment: Float64Array;
  readonly ofControl: Float64Array;
}

/**
 * The winnings depend on the pooled counts and the share alone, and a rollout asks for them at every tick: they are kept
 * for as long as the counts are, which makes a tick fifteen times cheaper and changes no bit of it.
 */
const kept = new WeakMap<readonly number[], Map<string, HistogramWinnings>>();
/** Shares of one rollout's strata in force at once; more begin anew. */
const KEPT_SHARES_MAX = 32;

export function winningsOf(
  bins: readonly number[],
  { share, isUpward }: { readonly share: number; readonly isUpward: boolean },
): HistogramWinnings {
  let ofBins = kept.get(bins);
  if (ofBins === undefined || ofBins.size >= KEPT_SHARES_MAX) {
    ofBins = new Map();
    kept.set(bins, ofBins);
  }
  const key = `${isUpward} ${share}`;
  const known = ofBins.get(key);
  if (known !== undefined) return known;
  const pooled = pooledOf(isUpward ? bins : bins.toReversed());
  const winnings: HistogramWinnings = {
    bets: [
      ...SHIFTS.map((exponent) => winningsOfTilt({ ...pooled, exponent, share, part: 1 })),
      ...SLOW_PATHS.map(({ part, shift }) =>
        winningsOfTilt({ shares: pooled.shares, scores: pooled.slowScores, exponent: shift, share, part }),
      ),
    ],
    safetyBin: pooled.safetyBin,
  };
  ofBins.set(key, winnings);
  return winnings;
}

/** What both arms together were in earlier ticks; bins from harmless to harmful. */
interface Pooled {
  readonly shares: readonly number[];
  /** Normal score by bin, of the rank of its middle. */
  readonly scores: readonly number[];
  readonly slowScores: readonly number[];
  readonly safetyBin: number;
}

function pooledOf(bins: readonly number[]): Pooled {
  const mass = bins.reduce((sum, count) => sum + count, PSEUDO_COUNT);
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

/** A bet that `part` of treatment's observations are tilted by the exponent of their score, and the rest are not. */
export interface Tilt {
  readonly shares: readonly number[];
  readonly scores: readonly number[];
  readonly exponent: number;
  readonly part: number;
  /** Of treatment. */
  readonly share: number;
}

export function winningsOfTilt({ exponent, part, scores, share, shares }: Tilt): BetWinnings {
  const ofTreatment = new Float64Array(shares.length);
  const ofControl = new Float64Array(shares.length);
  const logMean = Math.log(meanTilt(shares, scores, exponent));
  for (let bin = 0; bin < shares.length; bin++) {
    const logTilt = exponent * (scores[bin] ?? 0) - logMean;
    const excess = part * Math.expm1(logTilt);
    const control = -Math.log1p(share * excess);
    ofControl[bin] = control;
    ofTreatment[bin] = control + (part === 1 ? logTilt : Math.log1p(excess));
  }
  return { ofTreatment, ofControl };
}

function meanTilt(shares: readonly number[], scores: readonly number[], exponent: number): number {
  let mean = 0;
  for (let bin = 0; bin < shares.length; bin++) mean += (shares[bin] ?? 0) * Math.exp(exponent * (scores[bin] ?? 0));
  return mean;
}
