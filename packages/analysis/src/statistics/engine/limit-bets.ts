import { countOf } from './count-of.ts';
import type { LimitGuard } from './engine-config.ts';
import { initialCapitals, stepCapitals } from './release-capital.ts';
import { rateSumsOf } from './sums-of.ts';
import type { Tick } from './tick.ts';

export interface LimitState {
  readonly kind: 'limit';
  /** By multiple of the limit that is bet on: the capital that was there from the start. */
  readonly logCapitals: readonly number[];
  /** The same of all capital that was released later; absent before any was. */
  readonly logRestarted?: readonly number[];
}

/** Multiples of the limit that an equal mixture bets on; those that would pass 1 bet on a rate halfway to it. */
export const LIMIT_MULTIPLES: readonly number[] = [1.25, 1.5, 2, 3, 5, 10];
/** Under a limit of nothing the first event would be infinite evidence, and a limit of everything cannot be passed. */
const LIMIT_MIN = 1e-9;
const LIMIT_MAX = 1 - 1e-9;

export function createLimitState(stageCount: number): LimitState {
  return { kind: 'limit', logCapitals: initialCapitals(LIMIT_MULTIPLES.length, stageCount) };
}

/**
 * The one-sample e-process against "at most `maxRate` of the treated units count". For n units of which x counted, and
 * a bet on the rate p > maxRate,
 *
 *     x ln(p / maxRate) + (n - x) ln((1 - p) / (1 - maxRate))
 *
 * Proven, without any control. Units whose outcome may still come are taken for units that do not count until it comes,
 * which only understates the evidence meanwhile. A bet must have paid for every unit that it wins on: so late events, of
 * units from before the last release, are for the capital from the start alone. With them, outcomes that trickle in for
 * hours after the last new unit would look like harm at any rate.
 */
export function foldLimit(
  guard: LimitGuard,
  state: LimitState,
  step: { readonly tick: Tick; readonly released: number },
): LimitState {
  let units = 0;
  let [events, lateEvents] = [0, 0];
  for (const stratum of step.tick.strata) {
    const treatment = rateSumsOf(stratum, guard.key)?.treatment;
    if (treatment === undefined) continue;
    units += countOf(treatment.units);
    events += countOf(treatment.events);
    lateEvents += Math.min(countOf(treatment.lateEvents ?? 0), countOf(treatment.events));
  }
  const { maxRate } = guard;
  const incrementsOf = (counted: number) =>
    LIMIT_MULTIPLES.map((multiple) => limitIncrement({ maxRate, multiple, units, events: counted }));
  const logCapitals = stepCapitals(state.logCapitals, incrementsOf(events), 0);
  const ofRestarted = incrementsOf(events - lateEvents);
  if (state.logRestarted !== undefined) {
    return { kind: 'limit', logCapitals, logRestarted: stepCapitals(state.logRestarted, ofRestarted, step.released) };
  }
  if (step.released === 0) return { kind: 'limit', logCapitals };
  const logReleased = Math.log(step.released);
  return { kind: 'limit', logCapitals, logRestarted: ofRestarted.map((increment) => logReleased + increment) };
}

export function limitIncrement(of: { maxRate: number; multiple: number; units: number; events: number }): number {
  if (of.maxRate > LIMIT_MAX) return 0;
  const limit = Math.max(of.maxRate, LIMIT_MIN);
  const bet = Math.min(of.multiple * limit, (1 + limit) / 2);
  const perNonEvent = Math.log1p(-bet) - Math.log1p(-limit);
  // Units and their outcomes may come in different ticks, so each counts by itself.
  return of.units * perNonEvent + of.events * (Math.log(bet / limit) - perNonEvent);
}
