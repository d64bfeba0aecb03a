import { addSums } from './add-sums.ts';
import { countOf } from './count-of.ts';
import type { MeanGuard } from './engine-config.ts';
import { isCoin } from './is-coin.ts';
import { meanSumsOf } from './sums-of.ts';
import type { ArmPair, MeanSums, RatioSums, Tick, TickStratum } from './tick.ts';

export interface MeanState {
  readonly kind: 'mean';
  /** Over all stages, with which the guard kills. */
  readonly score: ScoreSums;
  /** Of units exposed first in the stage in force, with which the stage is shown to be safe. */
  readonly stage: ScoreSums;
  /** What was known at the first look, which fixes the boundary and the bets; null before. */
  readonly start: MeanStart | null;
  /** Sums of strata that have too few units to be compared yet. */
  readonly waiting: readonly WaitingSums[];
}

export interface ScoreSums {
  /** Of treatment's sum over what it would be without an effect, positive when harmful. */
  readonly score: number;
  /** Exact variance of the score, given the values. */
  readonly variance: number;
  /** Sum of n_T n_C / N: the variance for values of variance 1. */
  readonly weight: number;
  readonly units: ArmPair<number>;
  /** Of the values of both arms (of the numerators, for a ratio). */
  readonly sum: number;
  /** Of the denominators, for a ratio. */
  readonly sumZ: number;
  /** Of the squares of what `sum` adds; absent in a state that was stored before it was kept. */
  readonly squares?: number;
}

export interface MeanStart {
  readonly variance: number;
  /** |mean| / variance of one value: what turns a relative effect into the scale of the score. */
  readonly effectScale: number;
}

export interface WaitingSums {
  readonly stageIndex: number;
  readonly treatmentShare: number;
  readonly control: MeanSums | RatioSums;
  readonly treatment: MeanSums | RatioSums;
}

export const NO_SCORE: ScoreSums = {
  score: 0,
  variance: 0,
  weight: 0,
  units: { control: 0, treatment: 0 },
  sum: 0,
  sumZ: 0,
  squares: 0,
};

/** Ticks of one stratum are merged until it has this many units: the rule looks at exposures only. */
const UNITS_MIN = 20;
/** Below this part of the sum of squares a spread is rounding noise: the values are equal. */
const SPREAD_MIN = 1e-12;
/** Far beyond any value, and far from where sums overflow. */
const VALUE_MAX = 1e290;
const ROUNDING = 1 + 1e-6;
/** Values that cancel out weigh nothing in sum, however many they are: from so many units in each arm on, units suffice. */
const UNITS_WITHOUT_VALUES = 10_000;
/** Values whose squares fall below this have no digits left. */
const SQUARES_MIN = 1e-290;

export function createMeanState(): MeanState {
  return { kind: 'mean', score: NO_SCORE, stage: NO_SCORE, start: null, waiting: [] };
}

/**
 * Means and ratios of means by the stratified permutation score. For N = n_C + n_T units of one stratum and tick,
 *
 *     u = s_T - n_T ybar,   v = n_T n_C / (N (N - 1)) (q_C + q_T - N ybar²)
 *
 * u has mean 0 and variance v exactly when the arms are exchangeable within the tick, whatever season and ramp do, so
 * U = sum u is a martingale of known variance V = sum v. That U is near enough to Gaussian for its boundary is
 * asymptotic: it needs `minUnits` in each arm. For a ratio y is replaced by y - R z, with R the ratio of both arms
 * together, which exchanging them does not change.
 */
export function foldMean(
  guard: MeanGuard,
  state: MeanState,
  step: { readonly tick: Tick; readonly isNewStage: boolean },
): MeanState {
  let { score, start } = state;
  let stage = step.isNewStage ? NO_SCORE : state.stage;
  const waiting: WaitingSums[] = [];
  for (const block of blocksOf(state.waiting, step.tick.strata, guard.key)) {
    if (block.control.units + block.treatment.units < UNITS_MIN) {
      waiting.push(block);
      continue;
    }
    const isOfStage = block.stageIndex === step.tick.stageIndex;
    const gain = scoreOf(block, { sign: guard.harm === 'up' ? 1 : -1, before: score });
    score = addScores(score, gain);
    if (isOfStage) stage = addScores(stage, gain);
  }
  start ??= startOf(score, guard);
  return { kind: 'mean', score, stage, start, waiting };
}

/** What waits, with what came for the same strata. */
function blocksOf(
  waiting: readonly WaitingSums[],
  strata: readonly TickStratum[],
  key: string,
): readonly WaitingSums[] {
  const blocks = waiting.slice();
  for (const stratum of strata) {
    const { stageIndex, treatmentShare } = stratum;
    const sums = meanSumsOf(stratum, key);
    if (sums === null || !isCoin(treatmentShare)) continue;
    const at = blocks.findIndex((one) => one.stageIndex === stageIndex && one.treatmentShare === treatmentShare);
    const block = blocks[at];
    const [control, treatment] = [bounded(sums.control), bounded(sums.treatment)];
    if (block === undefined) blocks.push({ stageIndex, treatmentShare, control, treatment });
    else {
      blocks[at] = {
        ...block,
        control: addSums(block.control, control),
        treatment: addSums(block.treatment, treatment),
      };
    }
  }
  return blocks;
}

/** The same sums, where arithmetic can rely on them. */
function bounded(sums: MeanSums | RatioSums): MeanSums | RatioSums {
  const units = countOf(sums.units);
  if (sums.kind === 'mean') {
    return { kind: 'mean', units, sum: boundedValue(sums.sum), sumSquares: boundedValue(sums.sumSquares) };
  }
  return {
    kind: 'ratio',
    units,
    sumY: boundedValue(sums.sumY),
    sumZ: boundedValue(sums.sumZ),
    sumYY: boundedValue(sums.sumYY),
    sumZZ: boundedValue(sums.sumZZ),
    sumYZ: boundedValue(sums.sumYZ),
  };
}

function boundedValue(value: number): number {
  return Math.min(Math.max(value, -VALUE_MAX), VALUE_MAX);
}

/** What one block adds; nothing when its values do not differ, or are too large for their squares. */
export function scoreOf(
  { control, treatment }: ArmPair<MeanSums | RatioSums>,
  { sign, before }: { sign: 1 | -1; before: ScoreSums },
): ScoreSums {
  const units = { control: countOf(control.units), treatment: countOf(treatment.units) };
  const total = units.control + units.treatment;
  const raw = {
    sum: numeratorOf(control) + numeratorOf(treatment),
    sumZ: denominatorOf(control) + denominatorOf(treatment),
    squares: Math.min(squaresOf(control) + squaresOf(treatment), VALUE_MAX),
  };
  const [sumZ, sumY] = [before.sumZ + raw.sumZ, before.sum + raw.sum];
  const ratio = sumZ === 0 ? 0 : sumY / sumZ;
  const [inControl, inTreatment] = [linearised(control, ratio), linearised(treatment, ratio)];
  const mean = (inControl.sum + inTreatment.sum) / total;
  const squares = inControl.squares + inTreatment.squares;
  const spread = squares - total * mean * mean;
  const weight = (units.treatment * units.control) / total;
  const gain = {
    score: sign * (inTreatment.sum - units.treatment * mean),
    variance: (weight / (total - 1)) * spread,
    weight,
    units,
    ...raw,
  };
  // No choice of labels gives a score beyond sqrt(N v) (Cauchy-Schwarz): sums that say so are not those of any values.
  const isPossible = Math.abs(gain.score) <= Math.sqrt(gain.variance) * Math.sqrt(total) * ROUNDING;
  const isSpread = weight > 0 && squares > SQUARES_MIN && spread > SPREAD_MIN * squares;
  const isUsable = isSpread && isPossible && isFiniteScore(addScores(before, gain));
  return isUsable ? gain : { ...gain, score: 0, variance: 0, weight: 0 };
}

function numeratorOf(sums: MeanSums | RatioSums): number {
  return sums.kind === 'mean' ? sums.sum : sums.sumY;
}

function squaresOf(sums: MeanSums | RatioSums): number {
  return sums.kind === 'mean' ? sums.sumSquares : sums.sumYY;
}

function denominatorOf(sums: MeanSums | RatioSums): number {
  return sums.kind === 'mean' ? 0 : sums.sumZ;
}

/** Sums of y - R z and of its squares over the units of an arm. */
function linearised(sums: MeanSums | RatioSums, ratio: number): { sum: number; squares: number } {
  if (sums.kind === 'mean') return { sum: sums.sum, squares: sums.sumSquares };
  return {
    sum: sums.sumY - ratio * sums.sumZ,
    squares: sums.sumYY - 2 * ratio * sums.sumYZ + ratio * ratio * sums.sumZZ,
  };
}

function addScores(one: ScoreSums, other: ScoreSums): ScoreSums {
  return {
    score: one.score + other.score,
    variance: one.variance + other.variance,
    weight: one.weight + other.weight,
    units: {
      control: one.units.control + other.units.control,
      treatment: one.units.treatment + other.units.treatment,
    },
    sum: one.sum + other.sum,
    sumZ: one.sumZ + other.sumZ,
    squares: Math.min((one.squares ?? 0) + (other.squares ?? 0), VALUE_MAX),
  };
}

function isFiniteScore({ score, variance, sum, sumZ }: ScoreSums): boolean {
  return [score, variance, sum, sumZ].every(Number.isFinite);
}

/**
 * Whether there are enough units, and values, for the score to be near to Gaussian. Values are counted by their weight:
 * (sum of x)² / (sum of x²) is n for n equal ones, however many zeros are beside them, and less the more they differ
 * (Cauchy-Schwarz). It is of both arms together, so it does not look at the comparison; the smaller arm gets its part.
 */
export function isEnough(score: ScoreSums, { minUnits, minValues = 0 }: MeanGuard): boolean {
  const { control, treatment } = score.units;
  const [smaller, total] = [Math.min(control, treatment), control + treatment];
  if (smaller < minUnits || score.variance <= 0) return false;
  const squares = score.squares ?? 0;
  const values = squares > 0 ? (score.sum / squares) * score.sum * (smaller / total) : 0;
  return values >= minValues || smaller >= UNITS_WITHOUT_VALUES;
}

function startOf(score: ScoreSums, guard: MeanGuard): MeanStart | null {
  if (!isEnough(score, guard)) return null;
  const effectScale = effectScaleOf(score);
  return { variance: score.variance, effectScale };
}

/** |mean| / variance of one value, as far as the sums tell. */
export function effectScaleOf({ sum, units, variance, weight }: ScoreSums): number {
  const mean = Math.abs(sum) / (units.control + units.treatment);
  const scale = (mean / variance) * weight;
  return Number.isFinite(scale) ? scale : 0;
}
