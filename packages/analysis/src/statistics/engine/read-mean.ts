import { logMeanExp } from '../log-mean-exp.ts';
import type { MeanGuard } from './engine-config.ts';
import { effectScaleOf, isEnough, type MeanState } from './mean-score.ts';
import { logNormalMixture } from './normal-mixture.ts';
import { logAddExp } from './release-capital.ts';
import { rstBoundary } from './rst-boundary.ts';

export interface MeanReading {
  readonly logEvidence: number;
  /** Null before both arms have `minUnits` and `minValues`. */
  readonly score: {
    /** Score over its standard deviation, positive when harmful. */
    readonly z: number;
    /** At which the guard kills; null without weight, and once the information grew ten thousandfold. */
    readonly boundary: number | null;
  } | null;
  readonly logSafety: number;
}

/**
 * What the normal mixture has of the guard's alpha; the constant boundary has the rest. Measured on revenue per unit in
 * information bounds, the other way round (0.1, with effects of 0.02, 0.1 and 0.4): 5 % less is found after 1.36 instead
 * of 1.29, 10 % less after 1.22 instead of 1.15, 20 % less after 1.20 instead of 1.18, 40 % less after 0.98 instead of
 * 1.07. Small effects take the longest, so they come first.
 */
const MIXTURE_PART = 0.9;
/** Standard deviations of the relative effects that the mixture bets on. */
const EFFECTS: readonly number[] = [0.04, 0.12, 0.4];
/** The boundary holds while the information is at most this many times that of the first look: four decades. */
const INFORMATION_MAX = 1e4;

/**
 * Two tests of one score share the guard's alpha: a normal mixture, for ever, and a boundary that is constant over four
 * decades of information (faster for large effects, and needs no guess at them). As one e-value:
 *
 *     E = part × mixture + (1 - part) × (1 / alpha of the boundary, once z is beyond it, else 0)
 *
 * so that a guard kills alone when either test does. Before the first look nothing is bet and E is 1.
 */
export function readMean(
  state: MeanState,
  of: { readonly guard: MeanGuard; readonly margin: number | null; readonly logThreshold: number | null },
): MeanReading {
  const logSafety = of.margin === null ? 0 : logSafetyOf(state, { margin: of.margin, guard: of.guard });
  const { score, start } = state;
  if (start === null) return { logEvidence: 0, score: null, logSafety };
  const deviation = Math.sqrt(score.variance);
  const z = score.score / deviation;
  const mixture = logMeanExp(
    EFFECTS.map((effect) => logNormalMixture({ z, spread: effect * start.effectScale * deviation })),
  );
  const bet = Math.log(MIXTURE_PART) + mixture;
  const { logThreshold } = of;
  const isOpen = score.variance <= INFORMATION_MAX * start.variance;
  if (logThreshold === null || !isOpen) return { logEvidence: bet, score: { z, boundary: null }, logSafety };
  const boundary = rstBoundary({
    alpha: (1 - MIXTURE_PART) * Math.exp(-logThreshold),
    sides: 'one',
    timeMax: INFORMATION_MAX,
  });
  return { logEvidence: z >= boundary ? logAddExp(bet, logThreshold) : bet, score: { z, boundary }, logSafety };
}

/** ln of the likelihood ratio of "no effect" over "harmful by the margin", for the score of the stage. Asymptotic. */
function logSafetyOf({ stage }: MeanState, { margin, guard }: { margin: number; guard: MeanGuard }): number {
  if (!isEnough(stage, guard)) return 0;
  const deviation = Math.sqrt(stage.variance);
  const drift = Math.min(Math.abs(margin - 1) * effectScaleOf(stage) * deviation, DRIFT_MAX);
  return (drift * drift) / 2 - (drift * stage.score) / deviation;
}

/** A margin so many standard deviations away is ruled out by far; its square must not overflow. */
const DRIFT_MAX = 1e100;
