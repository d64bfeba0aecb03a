import gammaln from '@stdlib/math-base-special-gammaln';
import type { HarmDirection } from './engine/engine-config.ts';

/**
 * Exact conditional spending: a rule for ramps whose schedule was fixed in advance. Given how many units of each arm a
 * tick had and how many of all counted, the number that counted in the harmful arm has a known law if the arms do not
 * differ, so the law of its sum is tracked exactly and alpha is spent as information V (its variance) comes in:
 *
 *     law <- law convolved with the tick's,  boundary = smallest b with P(X >= b) <= alpha F(V) - spent,  cut at b
 *     F(V) = min(1, ln(1 + V/0.1) / ln(1 + 3000/0.1))
 *
 * Measured 3 to 21 % faster than label betting. NOT proven when anything in the schedule depends on outcomes, as a ramp
 * that waits for evidence does: then the numbers of units are no longer ancillary. So the engine does not use it.
 * K. K. G. Lan and D. L. DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70 (1983).
 */
export interface SpendingState {
  /** P(X = offset + i and not stopped before), from i = 0 on. */
  readonly probabilities: readonly number[];
  readonly offset: number;
  /** Units that counted in the harmful arm: treatment for harm up, control for harm down. */
  readonly harmfulEvents: number;
  readonly variance: number;
  readonly spent: number;
  /** The smallest `harmfulEvents` that kills at this tick. */
  readonly boundary: number;
  readonly isStopped: boolean;
}

export interface SpendingTick {
  readonly control: { readonly units: number; readonly events: number };
  readonly treatment: { readonly units: number; readonly events: number };
  /** The designed share, under which each event is a coin; null for outcomes that are known together with the unit. */
  readonly treatmentShare: number | null;
}

const VARIANCE_START = 0.1;
/** All of alpha is spent here. */
const VARIANCE_MAX = 3_000;
/** Probability at the lower end that is counted as spent, so that the state stays small. */
const TRIMMED_MAX = 1e-12;
const TRIM_FROM_LENGTH = 64;
/** So many standard deviations, and some units, hold all but 1e-20 of a tick's law. */
const DEVIATIONS = 10;
const DEVIATION_MARGIN = 30;

export function createSpending(): SpendingState {
  return { probabilities: [1], offset: 0, harmfulEvents: 0, variance: 0, spent: 0, boundary: 1, isStopped: false };
}

export function foldSpending(
  state: SpendingState,
  tick: SpendingTick,
  rule: { readonly alpha: number; readonly harm: HarmDirection },
): SpendingState {
  const events = tick.control.events + tick.treatment.events;
  const units = tick.control.units + tick.treatment.units;
  if (state.isStopped || events === 0 || units === 0) return state;
  const [harmful, other] = rule.harm === 'up' ? [tick.treatment, tick.control] : [tick.control, tick.treatment];
  const designed = tick.treatmentShare === null || rule.harm === 'up' ? tick.treatmentShare : 1 - tick.treatmentShare;
  const share = designed ?? harmful.units / units;
  const added = designed === null ? hypergeometric(events, harmful.units, other.units) : binomial(events, designed);
  const variance = state.variance + events * share * (1 - share);
  const harmfulEvents = state.harmfulEvents + harmful.events;
  const law = {
    offset: state.offset + added.offset,
    probabilities: convolve(state.probabilities, added.probabilities),
  };
  const cut = cutAt(law, rule.alpha * spentShare(variance) - state.spent);
  const kept = trimmed(cut);
  return {
    probabilities: kept.probabilities,
    offset: kept.offset,
    harmfulEvents,
    variance,
    spent: state.spent + cut.tail + kept.trimmed,
    boundary: cut.boundary,
    isStopped: harmfulEvents >= cut.boundary,
  };
}

function spentShare(variance: number): number {
  return Math.min(1, Math.log1p(variance / VARIANCE_START) / Math.log1p(VARIANCE_MAX / VARIANCE_START));
}

interface Law {
  readonly offset: number;
  readonly probabilities: readonly number[];
}

function binomial(events: number, share: number): Law {
  const deviation = Math.sqrt(events * share * (1 - share));
  return lawNear({ mean: events * share, deviation, min: 0, max: events }, (count) => {
    const logs =
      (count === 0 ? 0 : count * Math.log(share)) + (count === events ? 0 : (events - count) * Math.log1p(-share));
    return Math.exp(logChoose(events, count) + logs);
  });
}

function hypergeometric(events: number, harmfulUnits: number, otherUnits: number): Law {
  const units = harmfulUnits + otherUnits;
  const share = harmfulUnits / units;
  const range = { min: Math.max(0, events - otherUnits), max: Math.min(events, harmfulUnits) };
  const deviation = Math.sqrt(events * share * (1 - share));
  const all = logChoose(units, events);
  return lawNear({ mean: events * share, deviation, ...range }, (count) =>
    Math.exp(logChoose(harmfulUnits, count) + logChoose(otherUnits, events - count) - all),
  );
}

function lawNear(
  of: { readonly mean: number; readonly deviation: number; readonly min: number; readonly max: number },
  probability: (count: number) => number,
): Law {
  const reach = DEVIATIONS * of.deviation + DEVIATION_MARGIN;
  const offset = Math.max(of.min, Math.floor(of.mean - reach));
  const last = Math.min(of.max, Math.ceil(of.mean + reach));
  const length = Math.max(0, last - offset + 1);
  return { offset, probabilities: Array.from({ length }, (_, index) => probability(offset + index)) };
}

function logChoose(from: number, count: number): number {
  return gammaln(from + 1) - gammaln(count + 1) - gammaln(from - count + 1);
}

function convolve(one: readonly number[], other: readonly number[]): readonly number[] {
  const sums = new Array<number>(Math.max(0, one.length + other.length - 1)).fill(0);
  for (const [index, p] of one.entries()) {
    for (const [step, q] of other.entries()) sums[index + step] = (sums[index + step] ?? 0) + p * q;
  }
  return sums;
}

/** Cuts off the largest upper tail that the allowance pays for. */
function cutAt({ offset, probabilities }: Law, allowance: number): Law & { boundary: number; tail: number } {
  let length = probabilities.length;
  let tail = 0;
  for (; length > 0; length--) {
    const next = tail + (probabilities[length - 1] ?? 0);
    if (next > allowance) break;
    tail = next;
  }
  return { offset, probabilities: probabilities.slice(0, length), boundary: offset + length, tail };
}

function trimmed({ offset, probabilities }: Law): Law & { trimmed: number } {
  if (probabilities.length <= TRIM_FROM_LENGTH) return { offset, probabilities, trimmed: 0 };
  let from = 0;
  let sum = 0;
  for (; from < probabilities.length; from++) {
    const next = sum + (probabilities[from] ?? 0);
    if (next >= TRIMMED_MAX) break;
    sum = next;
  }
  return { offset: offset + from, probabilities: probabilities.slice(from), trimmed: sum };
}
