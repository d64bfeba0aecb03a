import { betaQuantile, normalQuantile, normalTail } from './special-functions.ts';
import type { TailProbabilities } from './tail-probabilities.ts';

type Interval = readonly [number, number];

/** Units of an arm, at least one, and how many of them did it. */
export interface Proportion {
  readonly hits: number;
  readonly units: number;
}

export interface TwoProportionReport {
  readonly validity: 'fixed-sample';
  /** Rate of treatment minus rate of control. */
  readonly difference: number;
  /** `difference` over the rate of control; null when that is 0. */
  readonly relativeLift: number | null;
  /** Of the pooled z test; 0 when nobody or everybody did it. */
  readonly z: number;
  readonly p: TailProbabilities;
  /** Of `difference`, each arm with its own variance. */
  readonly standardError: number;
  /** `difference` plus and minus its standard errors: too narrow for small counts. */
  readonly wald: Interval;
  /** Of `difference`, from the Wilson intervals of both arms: the one to show. */
  readonly newcombe: Interval;
  /** Of the rate of treatment over that of control; null when either is 0. */
  readonly ratio: Interval | null;
}

/**
 * Do two rates differ, and by how much? Independent units that count once each. The z test and the ratio want about ten
 * hits in each arm; with fewer, `fisherExact`.
 *
 * Newcombe 1998 (method 10); Katz et al. 1978 (ratio). For one look at a finished stage: not valid under repeated
 * looks.
 */
export function twoProportion(control: Proportion, treatment: Proportion, level: number): TwoProportionReport {
  const ofControl = control.hits / control.units;
  const ofTreatment = treatment.hits / treatment.units;
  const difference = ofTreatment - ofControl;
  const pooled = (control.hits + treatment.hits) / (control.units + treatment.units);
  const pooledVariance = pooled * (1 - pooled) * (1 / control.units + 1 / treatment.units);
  const z = pooledVariance > 0 ? difference / Math.sqrt(pooledVariance) : 0;
  const standardError = Math.sqrt(
    (ofControl * (1 - ofControl)) / control.units + (ofTreatment * (1 - ofTreatment)) / treatment.units,
  );
  const critical = -normalQuantile((1 - level) / 2);
  const [lowControl, highControl] = wilsonInterval(control, level);
  const [lowTreatment, highTreatment] = wilsonInterval(treatment, level);
  return {
    validity: 'fixed-sample',
    difference,
    relativeLift: ofControl === 0 ? null : difference / ofControl,
    z,
    p: { greater: normalTail(z), less: normalTail(-z), twoSided: 2 * normalTail(Math.abs(z)) },
    standardError,
    wald: [difference - critical * standardError, difference + critical * standardError],
    newcombe: [
      difference - Math.hypot(ofTreatment - lowTreatment, highControl - ofControl),
      difference + Math.hypot(highTreatment - ofTreatment, ofControl - lowControl),
    ],
    ratio: ratioInterval({ control, treatment, critical }),
  };
}

/** The rates that a score test does not reject (Wilson 1927). Not valid under repeated looks. */
export function wilsonInterval({ hits, units }: Proportion, level: number): Interval {
  const z = -normalQuantile((1 - level) / 2);
  const rate = hits / units;
  const whole = 1 + z ** 2 / units;
  const middle = (rate + z ** 2 / (2 * units)) / whole;
  const halfWidth = (z / whole) * Math.sqrt((rate * (1 - rate)) / units + z ** 2 / (4 * units ** 2));
  // At no hit, or all, the bound is 0 or 1 exactly; the formula misses it by rounding.
  return [hits === 0 ? 0 : middle - halfWidth, hits === units ? 1 : middle + halfWidth];
}

/**
 * The rates that neither binomial tail rejects: never too narrow (Clopper and Pearson 1934). Not valid under repeated
 * looks.
 */
export function clopperPearsonInterval({ hits, units }: Proportion, level: number): Interval {
  const tail = (1 - level) / 2;
  return [
    hits === 0 ? 0 : betaQuantile(tail, hits, units - hits + 1),
    hits === units ? 1 : betaQuantile(1 - tail, hits + 1, units - hits),
  ];
}

function ratioInterval(arms: { control: Proportion; treatment: Proportion; critical: number }): Interval | null {
  const { control, treatment, critical } = arms;
  if (control.hits === 0 || treatment.hits === 0) return null;
  const ratio = treatment.hits / treatment.units / (control.hits / control.units);
  const spread = critical * Math.sqrt(1 / treatment.hits - 1 / treatment.units + 1 / control.hits - 1 / control.units);
  return [ratio * Math.exp(-spread), ratio * Math.exp(spread)];
}
