import { betaCdf, betaQuantile, betaTail } from './special-functions.ts';
import type { Proportion } from './two-proportion.ts';

/** Beta(a, b): the rate as if a - 1 hits and b - 1 misses had been seen. Both at least 0.1, which bounds the work. */
export interface Beta {
  readonly a: number;
  readonly b: number;
}

export interface PosteriorArm {
  readonly mean: number;
  /** Equal tails. */
  readonly interval: readonly [number, number];
}

export interface BetaPosteriorReport {
  readonly validity: 'fixed-sample';
  /** Probability that the rate of treatment is the higher one. */
  readonly treatmentGreater: number;
  readonly control: PosteriorArm;
  readonly treatment: PosteriorArm;
}

/**
 * What is believed of two rates after the stage, if `prior` was believed of each before, independently. It is a belief
 * under that prior, and no bound on false alarms: not valid under repeated looks as a rule to stop by.
 *
 * Conjugate posterior Beta(a + hits, b + misses), for instance Gelman et al., Bayesian Data Analysis, 2.4.
 */
export function betaPosterior(arms: {
  readonly control: Proportion;
  readonly treatment: Proportion;
  readonly prior: Beta;
  readonly level: number;
}): BetaPosteriorReport {
  const posterior = ({ hits, units }: Proportion): Beta => ({
    a: arms.prior.a + hits,
    b: arms.prior.b + units - hits,
  });
  const control = posterior(arms.control);
  const treatment = posterior(arms.treatment);
  return {
    validity: 'fixed-sample',
    treatmentGreater: chanceOfGreater(treatment, control),
    control: armOf(control, arms.level),
    treatment: armOf(treatment, arms.level),
  };
}

function armOf({ a, b }: Beta, level: number): PosteriorArm {
  const tail = (1 - level) / 2;
  return { mean: a / (a + b), interval: [betaQuantile(tail, a, b), betaQuantile(1 - tail, a, b)] };
}

/** P(X > Y), averaging the other's distribution over the narrower one, so that the integrand is smooth at its scale. */
function chanceOfGreater(x: Beta, y: Beta): number {
  return spreadOf(x) < spreadOf(y)
    ? meanOver(x, (rate) => betaCdf(rate, y.a, y.b))
    : meanOver(y, (rate) => betaTail(rate, x.a, x.b));
}

/** About the standard deviation of the log odds. */
function spreadOf({ a, b }: Beta): number {
  return Math.sqrt(1 / a + 1 / b);
}

/** Weights below e^-45 of the largest add nothing to a double. */
const LN_WEIGHT_MIN = -45;
/** The slowest tail allowed, Beta(0.1, ·) in steps of 1/2, ends after 900. */
const STEPS_MAX = 1_000;

/**
 * The mean of `value` over Beta(a, b) by the trapezoid rule in the log odds, where the density is analytic and falls
 * exponentially: there the rule's error falls as exp(-1/step).
 */
function meanOver({ a, b }: Beta, value: (rate: number) => number): number {
  const lnWeight = (odds: number) => -a * Math.log1p(Math.exp(-odds)) - b * Math.log1p(Math.exp(odds));
  const step = Math.min(0.5, spreadOf({ a, b }) / 4);
  const mode = Math.log(a / b);
  let weights = 1;
  let sum = value(rateAt(mode));
  for (const direction of [-step, step]) {
    for (let count = 1; count <= STEPS_MAX; count += 1) {
      const odds = mode + count * direction;
      const ln = lnWeight(odds) - lnWeight(mode);
      if (ln < LN_WEIGHT_MIN) break;
      weights += Math.exp(ln);
      sum += Math.exp(ln) * value(rateAt(odds));
    }
  }
  return sum / weights;
}

function rateAt(lnOdds: number): number {
  return 1 / (1 + Math.exp(-lnOdds));
}
