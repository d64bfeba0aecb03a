import type { Draws } from '@tidegate/analysis/rehearsal';
import { randomBinomial, randomGamma, randomLcg, randomNormal, randomPoisson } from 'd3-random';

/**
 * Draws by d3-random from a source of numbers in [0, 1), whose seed then decides all of them. Its binomial is right where
 * that of stdlib 0.2.2 is off by up to a quarter of a standard deviation (n × p >= 10), which an honest test then finds.
 */
export function drawsOf(source: () => number): Draws {
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

/** 32 bits of state: enough for the few million numbers of a rehearsal, which nobody wants to be secret. */
export function seededDraws(seed: number): Draws {
  return drawsOf(randomLcg(seed));
}
