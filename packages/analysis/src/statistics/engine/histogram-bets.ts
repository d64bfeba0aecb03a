import { countOf } from './count-of.ts';
import type { DistributionGuard } from './engine-config.ts';
import { HISTOGRAM_BET_WEIGHTS, type HistogramWinnings, winningsOf } from './histogram-winnings.ts';
import { isCoin } from './is-coin.ts';
import { initialCapitals, stepCapitals } from './release-capital.ts';
import { histogramSumsOf } from './sums-of.ts';
import type { HistogramSums, Tick } from './tick.ts';

export interface HistogramState {
  readonly kind: 'histogram';
  /** By tilt: first the shifts, then the slow paths. */
  readonly logCapitals: readonly number[];
  /** Observations of both arms and all ticks, by bin, the baseline included. */
  readonly bins: readonly number[];
  /** The same as it was when the bets were last made; they are made anew once there is a twentieth more. */
  readonly betBins: readonly number[];
  /** ln of the e-value against "harmful by the margin", from units exposed first in the stage in force. */
  readonly logSafety: number;
}

/** Before this many observations the pooled distribution is not known well enough to bet on. */
const OBSERVATIONS_MIN = 200;
/** A distribution known from that much more data is hardly another one; and any earlier one may be bet on. */
const BETS_GROWTH = 1.05;

export function createHistogramState(guard: DistributionGuard, stageCount: number): HistogramState {
  const bins = Array.from({ length: guard.binCount }, () => 0);
  const baseline = { kind: 'histogram', bins: guard.baseline ?? {} } as const;
  addTo(bins, observationsOf(baseline, { binCount: guard.binCount, isUpward: true }), true);
  return {
    kind: 'histogram',
    logCapitals: initialCapitals(HISTOGRAM_BET_WEIGHTS.length, stageCount),
    bins,
    betBins: bins,
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
  const { binCount } = guard;
  const isUpward = guard.harm === 'up';
  const betBins = totalOf(state.bins) >= BETS_GROWTH * totalOf(state.betBins) ? state.bins : state.betBins;
  const canBet = totalOf(betBins) >= OBSERVATIONS_MIN;
  const bins = state.bins.slice();
  const increments = HISTOGRAM_BET_WEIGHTS.map(() => 0);
  let logSafety = step.isNewStage ? 0 : state.logSafety;
  for (const stratum of step.tick.strata) {
    const sums = histogramSumsOf(stratum, guard.key);
    const { treatmentShare: share } = stratum;
    if (sums === null || !isCoin(share)) continue;
    const control = observationsOf(sums.control, { binCount, isUpward });
    const treatment = observationsOf(sums.treatment, { binCount, isUpward });
    for (const observed of [control, treatment]) addTo(bins, observed, isUpward);
    if (!canBet) continue;
    const winnings = winningsOf(betBins, { share, isUpward });
    addWinnings(increments, winnings, { control, treatment });
    const margin = guard.margins?.[step.tick.stageIndex] ?? null;
    if (margin === null || stratum.stageIndex !== step.tick.stageIndex) continue;
    const tailRatio = isUpward ? margin : 1 / margin;
    const slow = countFrom(treatment, winnings.safetyBin);
    const all = slow + countFrom(control, winnings.safetyBin);
    logSafety += all * Math.log1p(share * (tailRatio - 1)) - slow * Math.log(tailRatio);
  }
  return {
    kind: 'histogram',
    logCapitals: stepCapitals(state.logCapitals, increments, step.released),
    bins,
    betBins,
    logSafety,
  };
}

function totalOf(counts: readonly number[]): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

/** Occupied bins, from harmless to harmful, and how many observations each has. */
interface Observations {
  readonly bins: readonly number[];
  readonly counts: readonly number[];
}

function observationsOf(
  sums: HistogramSums,
  { binCount, isUpward }: { readonly binCount: number; readonly isUpward: boolean },
): Observations {
  const bins: number[] = [];
  const counts: number[] = [];
  for (const key in sums.bins) {
    const index = binOf(key, binCount);
    bins.push(isUpward ? index : binCount - 1 - index);
    counts.push(countOf(sums.bins[Number(key)] ?? 0));
  }
  // Sums add up in one order whichever way harm lies, so that a mirrored distribution gives the mirrored bits.
  return isUpward ? { bins, counts } : { bins: bins.reverse(), counts: counts.reverse() };
}

function addTo(bins: number[], { bins: observed, counts }: Observations, isUpward: boolean): void {
  for (let nth = 0; nth < observed.length; nth++) {
    const bin = observed[nth] ?? 0;
    const index = isUpward ? bin : bins.length - 1 - bin;
    bins[index] = countOf((bins[index] ?? 0) + (counts[nth] ?? 0));
  }
}

/** A bin that does not exist is the nearest that does. */
function binOf(key: string, binCount: number): number {
  return Math.min(Math.max(Math.trunc(Number(key)), 0), binCount - 1);
}

function addWinnings(
  increments: number[],
  { bets }: HistogramWinnings,
  { control, treatment }: { readonly control: Observations; readonly treatment: Observations },
): void {
  for (let bet = 0; bet < bets.length; bet++) {
    const winnings = bets[bet];
    if (winnings === undefined) continue;
    increments[bet] = (increments[bet] ?? 0) + dot(winnings.ofControl, control) + dot(winnings.ofTreatment, treatment);
  }
}

function dot(byBin: Float64Array, { bins, counts }: Observations): number {
  let sum = 0;
  for (let nth = 0; nth < bins.length; nth++) sum += (counts[nth] ?? 0) * (byBin[bins[nth] ?? 0] ?? 0);
  return sum;
}

function countFrom({ bins, counts }: Observations, from: number): number {
  let count = 0;
  for (let nth = 0; nth < bins.length; nth++) if ((bins[nth] ?? 0) >= from) count += counts[nth] ?? 0;
  return count;
}
