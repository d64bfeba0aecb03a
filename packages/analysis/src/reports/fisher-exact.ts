import type { TailProbabilities } from './tail-probabilities.ts';

export interface FisherReport {
  readonly validity: 'fixed-sample';
  readonly p: TailProbabilities;
}

/** Units of an arm for which something happened, and for which it did not. */
export interface Outcomes {
  readonly yes: number;
  readonly no: number;
}

/** Two tables are equally likely within rounding. */
const SAME = 1 + 1e-7;

/**
 * Does it happen more often in treatment? Exact for any counts, if units are independent; conservative when they are
 * few. Time and memory grow with the number of units for which it happened, or not, whichever are fewer.
 *
 * Fisher 1935: given all totals, the count of treatment is hypergeometric; the two-sided p adds every table that is no
 * likelier than this one. For one look at a finished stage: not valid under repeated looks.
 */
export function fisherExact(control: Outcomes, treatment: Outcomes): FisherReport {
  const yes = control.yes + treatment.yes;
  const no = control.no + treatment.no;
  const treated = treatment.yes + treatment.no;
  const least = Math.max(0, treated - no);
  const most = Math.min(treated, yes);
  // From the mode outwards by the ratio of neighbours: no logarithm of a factorial, so no digit is lost.
  const ratio = (x: number) => ((treated - x) * (yes - x)) / ((x + 1) * (no - treated + x + 1));
  const mode = Math.min(most, Math.max(least, Math.floor(((treated + 1) * (yes + 1)) / (yes + no + 2))));
  const weights = new Float64Array(most - least + 1);
  weights[mode - least] = 1;
  for (let x = mode; x < most; x += 1) weights[x + 1 - least] = (weights[x - least] ?? 0) * ratio(x);
  for (let x = mode; x > least; x -= 1) weights[x - 1 - least] = (weights[x - least] ?? 0) / ratio(x - 1);

  const index = treatment.yes - least;
  const observed = (weights[index] ?? 0) * SAME;
  const whole = sum(weights);
  const p = {
    greater: sum(weights.subarray(index)) / whole,
    less: sum(weights.subarray(0, index + 1)) / whole,
    twoSided: Math.min(1, sum(weights.filter((weight) => weight <= observed)) / whole),
  };
  return { validity: 'fixed-sample', p };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
