/** Chance, as an argument: a rehearsal draws whole ticks at once, so it asks for sums and never for single units. */
export interface Draws {
  /** Of `n` with probability `p` each. */
  binomial(n: number, p: number): number;
  poisson(mean: number): number;
  /** With mean 0 and variance 1. */
  normal(): number;
  /** With scale 1. */
  gamma(shape: number): number;
}
