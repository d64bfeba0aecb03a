import type { Measure } from '../evidence/metric.ts';
import type { GuardSums } from '../statistics/engine/tick.ts';
import { type Baseline, effectOfRatio } from '../statistics/planning/baseline.ts';
import type { Draws } from './draws.ts';

/**
 * What so many units of one arm add to a guard's sums, when its baseline is multiplied by `ratio` there. Rates, counts
 * and distributions are drawn by their own law; values as if they were normal; and of a ratio, every unit has one of
 * what it is counted per.
 */
export function drawSums(
  { measure, baseline }: { readonly measure: Measure; readonly baseline: Baseline },
  { units, ratio }: { readonly units: number; readonly ratio: number },
  draws: Draws,
): GuardSums {
  const effect = effectOfRatio(baseline, ratio);
  switch (effect.kind) {
    case 'rate':
      return { kind: 'rate', units, events: draws.binomial(units, effect.treatment) };
    case 'histogram':
      return { kind: 'histogram', bins: drawBins(units, effect.treatment, draws) };
    case 'count':
      return valuesAs(measure, { units, ...drawCounts(units, effect.treatment, draws) });
    case 'mean':
      return valuesAs(measure, { units, ...drawValues(units, effect.treatment, draws) });
    default:
      return effect satisfies never;
  }
}

interface Values {
  readonly sum: number;
  readonly sumSquares: number;
}

function valuesAs(measure: Measure, { units, sum, sumSquares }: Values & { readonly units: number }): GuardSums {
  return measure.kind === 'ratio'
    ? { kind: 'ratio', units, sumY: sum, sumZ: units, sumYY: sumSquares, sumZZ: units, sumYZ: sum }
    : { kind: 'mean', units, sum, sumSquares };
}

/** Given the sum of Poisson counts, the counts are multinomial; their squares are taken at their mean. */
function drawCounts(units: number, mean: number, draws: Draws): Values {
  const sum = units === 0 ? 0 : draws.poisson(units * mean);
  return { sum, sumSquares: units === 0 ? 0 : sum + (sum * Math.max(0, sum - 1)) / units };
}

/** Sum and squares of normal values are independent of one another, but for the square of the mean. */
function drawValues(
  units: number,
  { mean, variance }: { readonly mean: number; readonly variance: number },
  draws: Draws,
): Values {
  if (units === 0) return { sum: 0, sumSquares: 0 };
  const sum = units * mean + Math.sqrt(units * variance) * draws.normal();
  const around = units === 1 ? 0 : variance * 2 * draws.gamma((units - 1) / 2);
  return { sum, sumSquares: around + sum ** 2 / units };
}

/** One observation a unit, bin by bin: each takes its share of what the bins before it left. */
function drawBins(units: number, bins: readonly number[], draws: Draws): Readonly<Record<number, number>> {
  const drawn: Record<number, number> = {};
  let left = units;
  let weightLeft = bins.reduce((sum, weight) => sum + weight, 0);
  for (const [bin, weight] of bins.entries()) {
    if (weight <= 0) continue;
    if (left === 0) break;
    const count = draws.binomial(left, Math.min(1, weight / weightLeft));
    weightLeft -= weight;
    left -= count;
    if (count > 0) drawn[bin] = count;
  }
  return drawn;
}
