import type { SeededRandom } from '@tidegate/testkit';
import {
  randomBeta,
  randomBinomial,
  randomExponential,
  randomGeometric,
  randomLogNormal,
  randomPoisson,
} from 'd3-random';

/**
 * Draws from the usual distributions; the seed decides all of them. By d3-random: the binomial of stdlib 0.2.2 is
 * off by up to a quarter of a standard deviation where n × p >= 10, which an honest test then finds.
 */
export interface Draws {
  /** In [0, 1). */
  uniform(): number;
  /** Of `n` with probability `p` each. */
  binomial(n: number, p: number): number;
  poisson(mean: number): number;
  lognormal(mean: number, deviation: number): number;
  exponential(mean: number): number;
  beta(a: number, b: number): number;
  /** Trials up to the first success, with this mean. */
  geometric(mean: number): number;
}

export function drawsOf(random: SeededRandom): Draws {
  const source = random.next;
  const beta = randomBeta.source(source);
  // The published types leave out `n`, which is its first argument (d3-random's README).
  const binomial = randomBinomial.source(source) as unknown as (n: number, p: number) => () => number;
  const exponential = randomExponential.source(source);
  const geometric = randomGeometric.source(source);
  const lognormal = randomLogNormal.source(source);
  const poisson = randomPoisson.source(source);
  return {
    uniform: source,
    binomial: (n, p) => binomial(n, p)(),
    poisson: (mean) => poisson(mean)(),
    lognormal: (mean, deviation) => lognormal(mean, deviation)(),
    exponential: (mean) => exponential(1 / mean)(),
    beta: (a, b) => beta(a, b)(),
    geometric: (mean) => geometric(1 / mean)(),
  };
}
