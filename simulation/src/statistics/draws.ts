import type { Draws as RehearsalDraws } from '@tidegate/analysis/rehearsal';
import { drawsOf as rehearsalDrawsOf } from '@tidegate/server/draws';
import type { SeededRandom } from '@tidegate/testkit';
import { randomBeta, randomExponential, randomGeometric, randomLogNormal } from 'd3-random';

/** Draws from the usual distributions; the seed decides all of them. What rehearsals draw is drawn as they do. */
export interface Draws extends RehearsalDraws {
  /** In [0, 1). */
  uniform(): number;
  lognormal(mean: number, deviation: number): number;
  exponential(mean: number): number;
  beta(a: number, b: number): number;
  /** Trials up to the first success, with this mean. */
  geometric(mean: number): number;
}

export function drawsOf(random: SeededRandom): Draws {
  const source = random.next;
  const beta = randomBeta.source(source);
  const exponential = randomExponential.source(source);
  const geometric = randomGeometric.source(source);
  const lognormal = randomLogNormal.source(source);
  return {
    ...rehearsalDrawsOf(source),
    uniform: source,
    lognormal: (mean, deviation) => lognormal(mean, deviation)(),
    exponential: (mean) => exponential(1 / mean)(),
    beta: (a, b) => beta(a, b)(),
    geometric: (mean) => geometric(1 / mean)(),
  };
}
