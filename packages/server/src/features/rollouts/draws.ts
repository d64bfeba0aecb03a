import type { Draws } from '@tidegate/analysis/rehearsal';
import { randomBinomial, randomGamma, randomLcg, randomNormal, randomPoisson } from 'd3-random';

/**
 * Draws whose seed decides all of them, by d3-random: its binomial is right where others are off. The generator behind
 * them has 32 bits of state, enough for the few million numbers of a rehearsal, which nobody wants to be secret.
 */
export function drawsOf(seed: number): Draws {
  const source = randomLcg(seed);
  // The published types leave out `n`, which is its first argument (d3-random's README).
  const binomial = randomBinomial.source(source) as unknown as (n: number, p: number) => () => number;
  const gamma = randomGamma.source(source);
  const poisson = randomPoisson.source(source);
  return {
    binomial: (n, p) => binomial(n, p)(),
    poisson: (mean) => poisson(mean)(),
    normal: randomNormal.source(source)(),
    gamma: (shape) => gamma(shape)(),
  };
}
