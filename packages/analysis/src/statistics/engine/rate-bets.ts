import { RATIOS_DOWN, RATIOS_UP, ratiosOf } from '../label-betting.ts';
import { countOf } from './count-of.ts';
import type { RateGuard } from './engine-config.ts';
import { isCoin } from './is-coin.ts';
import { keptByShare } from './kept-by-share.ts';
import { initialCapitals, stepCapitals } from './release-capital.ts';
import { rateSumsOf } from './sums-of.ts';
import type { ArmPair, RateSums, Tick } from './tick.ts';
import { twoByTwoIncrement, twoByTwoRates } from './two-by-two.ts';

export interface RateState {
  readonly kind: 'rate';
  /** By ratio that is bet on. */
  readonly logCapitals: readonly number[];
  /** Over both arms and all ticks, with which law hypergeometric predicts the next. */
  readonly units: number;
  readonly events: number;
  /** ln of the e-value against "harmful by the margin", from units exposed first in the stage in force. */
  readonly logSafety: number;
}

/** As many as the ratios of either direction of harm. */
const BET_COUNT = 6;

export function createRateState(stageCount: number): RateState {
  return { kind: 'rate', logCapitals: initialCapitals(BET_COUNT, stageCount), units: 0, events: 0, logSafety: 0 };
}

/**
 * Label betting on rates, errors, counts and conversion (see `label-betting.ts`). For x events of which x_T in
 * treatment, with share pi and tolerance r0, the bet on the ratio r wins
 *
 *     x_T ln(r/r0) - x (ln(1 + pi (r - 1)) - ln(1 + pi (r0 - 1)))
 *
 * which has a mean of at most 1 (exponentiated) for every true ratio up to r0. The laws differ in what pi is: the
 * designed share, or the share that the tick's units really have. Law hypergeometric also bets on units that did not
 * count, from the rate of earlier ticks; before the first event, and with a tolerance, it bets on events alone, which
 * holds under its law as well.
 */
export function foldRate(
  guard: RateGuard,
  state: RateState,
  step: { readonly tick: Tick; readonly released: number; readonly isNewStage: boolean },
): RateState {
  const tolerance = guard.tolerance ?? 1;
  const margin = guard.margins?.[step.tick.stageIndex] ?? null;
  const [ratios, logRatios] = [ratiosOf(guard.harm), LOG_RATIOS[guard.harm]];
  const increments = NO_INCREMENTS.slice();
  let { units, events } = state;
  let logSafety = step.isNewStage ? 0 : state.logSafety;
  for (const stratum of step.tick.strata) {
    const sums = rateSumsOf(stratum, guard.key);
    if (sums === null || !isCoin(stratum.treatmentShare)) continue;
    const counts = countsOf(sums);
    units += counts.units;
    events += counts.events;
    const share = guard.law === 'design' ? stratum.treatmentShare : counts.treatedUnits / counts.units;
    // Without units of both arms in the tick, those two laws say nothing of its events.
    if (!isCoin(share)) continue;
    const betsOnNonEvents = guard.law === 'hypergeometric' && state.events > 0 && tolerance === 1;
    const predictedRate = betsOnNonEvents ? (state.events + 0.5) / (state.units + 1) : 0;
    const costs = costsOf(guard, share);
    for (let bet = 0; bet < BET_COUNT; bet++) {
      const gain = betsOnNonEvents
        ? twoByTwoIncrement(twoByTwoRates({ predictedRate, ratio: ratios[bet] ?? 1, share }), sums)
        : counts.treatedEvents * (logRatios[bet] ?? 0) - counts.events * (costs[bet] ?? 0);
      increments[bet] = (increments[bet] ?? 0) + gain;
    }
    if (margin === null || stratum.stageIndex !== step.tick.stageIndex) continue;
    logSafety += counts.events * Math.log1p(share * (margin - 1)) - counts.treatedEvents * Math.log(margin);
  }
  return {
    kind: 'rate',
    logCapitals: stepCapitals(state.logCapitals, increments, step.released),
    units,
    events,
    logSafety,
  };
}

const LOG_RATIOS = { up: ratiosOf('up').map(Math.log), down: ratiosOf('down').map(Math.log) };
/** Of bets against "no harm at all", at shares that were designed. */
const KEPT_COSTS = {
  up: keptByShare((share) => costsOfRatios(RATIOS_UP, { share, tolerance: 1 })),
  down: keptByShare((share) => costsOfRatios(RATIOS_DOWN, { share, tolerance: 1 })),
};
const NO_INCREMENTS: readonly number[] = Array.from({ length: BET_COUNT }, () => 0);

/** What each bet pays for an event, whichever its arm. */
function costsOf({ harm, law, tolerance = 1 }: RateGuard, share: number): readonly number[] {
  if (law === 'design' && tolerance === 1) return KEPT_COSTS[harm](share);
  return costsOfRatios(ratiosOf(harm), { share, tolerance });
}

function costsOfRatios(
  ratios: readonly number[],
  { share, tolerance }: { readonly share: number; readonly tolerance: number },
): readonly number[] {
  const perNull = Math.log1p(share * (tolerance - 1));
  return ratios.map((ratio) => Math.log1p(share * (ratio * tolerance - 1)) - perNull);
}

function countsOf({ control, treatment }: ArmPair<RateSums>) {
  const treatedUnits = countOf(treatment.units);
  const treatedEvents = countOf(treatment.events);
  return {
    treatedUnits,
    treatedEvents,
    units: treatedUnits + countOf(control.units),
    events: treatedEvents + countOf(control.events),
  };
}
