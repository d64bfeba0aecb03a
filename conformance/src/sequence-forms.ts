import {
  asymptoticHalfWidth,
  asymptoticP,
  asymptoticRho,
  distributionRadius,
  informationBound,
} from '@tidegate/analysis';
import { NO_SCORE, scoreOf } from '@tidegate/analysis/formulas';
import {
  type CovariateSums,
  cuped,
  deltaMethod,
  effectReport,
  groupSequentialBoundaries,
  mixtureSprt,
  type NormalEstimate,
} from '@tidegate/analysis/reports';

/** Bounds, sequences for many looks, and metrics with a value per unit: by the `name` of the file, in its words. */
export const SEQUENCE_FORMS: Readonly<Record<string, (vector: never) => unknown>> = {
  'asymptotic-cs': ofAsymptoticSequence,
  'gst-boundaries': ofGroupSequential,
  'information-bounds': ofInformationBound,
  'ks-confidence-sequence': ({ n, alpha }: { n: number; alpha: number }) => ({ radius: distributionRadius(n, alpha) }),
  msprt: ofMixtureSprt,
  'unit-metrics': ofUnitMetric,
};

type AsymptoticVector = { readonly alpha: number; readonly n_tune: number } & (
  | { readonly n: number; readonly sd: number }
  | { readonly control: PublishedArm; readonly treatment: PublishedArm; readonly effect?: 'relative' | 'absolute' }
);

function ofAsymptoticSequence(vector: AsymptoticVector): unknown {
  const { alpha, n_tune: tunedForUnits } = vector;
  const plan = { alpha, tunedForUnits };
  if ('sd' in vector) {
    const { n: units, sd } = vector;
    const now = { ...plan, units, standardError: sd / Math.sqrt(units) };
    return {
      rho_two_sided: asymptoticRho({ ...plan, sides: 'two' }),
      halfwidth_two_sided: asymptoticHalfWidth({ ...now, sides: 'two' }),
      rho_one_sided: asymptoticRho({ ...plan, sides: 'one' }),
      halfwidth_one_sided: asymptoticHalfWidth({ ...now, sides: 'one' }),
    };
  }
  const { control, treatment } = vector;
  const report = effectReport(estimateOf(control), estimateOf(treatment), 1 - alpha);
  const { lift, standardError } =
    vector.effect === 'absolute' || report.relative === null
      ? { lift: report.difference, standardError: report.standardError }
      : report.relative;
  const now = { ...plan, sides: 'two', units: control.n + treatment.n, standardError } as const;
  const halfWidth = asymptoticHalfWidth(now);
  return { estimate: lift, se: standardError, ci: [lift - halfWidth, lift + halfWidth], p: asymptoticP(now, lift) };
}

/** An arm of units that counted or not, or with a value each: then its sums, or its mean and variance. */
interface PublishedArm {
  readonly n: number;
  readonly successes?: number;
  readonly sum?: number;
  readonly sumSq?: number;
  readonly sum_squares?: number;
  readonly mean?: number;
  readonly var?: number;
}

function estimateOf({ n, successes, sum, sumSq, sum_squares, mean, var: variance }: PublishedArm): NormalEstimate {
  if (successes !== undefined) return { mean: successes / n, variance: ((successes / n) * (1 - successes / n)) / n };
  if (mean !== undefined && variance !== undefined) return { mean, variance: variance / n };
  const squares = sumSq ?? sum_squares;
  if (sum === undefined || squares === undefined) throw new Error('an arm without successes, sums or mean');
  return { mean: sum / n, variance: (squares - (sum * sum) / n) / (n - 1) / n };
}

interface GroupSequentialVector {
  readonly kind: 'obf' | 'pocock';
  readonly alpha: number;
  readonly looks: number;
}

function ofGroupSequential({ kind, alpha, looks }: GroupSequentialVector): unknown {
  const shares = Array.from({ length: looks }, (_, index) => (index + 1) / looks);
  const spending = kind === 'obf' ? 'obrien-fleming' : 'pocock';
  const report = groupSequentialBoundaries({ spending, alpha }, shares);
  return { z: report.looks.map(({ boundary }) => boundary) };
}

interface InformationVector {
  readonly p_control: number;
  readonly ratio: number;
  readonly pi: number;
  readonly alpha: number;
}

function ofInformationBound({ p_control, ratio, pi, alpha }: InformationVector): unknown {
  const rates = { controlRate: p_control, treatmentRate: p_control * ratio, treatmentShare: pi };
  const units = informationBound({ ...rates, alpha });
  return { info_per_unit: Math.log(1 / alpha) / units, units };
}

interface MixtureVector {
  readonly delta: number | readonly number[];
  readonly se: number | readonly number[];
  readonly tau: number;
}

/** One look, or several in order. */
function ofMixtureSprt({ delta, se, tau }: MixtureVector): unknown {
  const errors = [se].flat();
  const looks = [delta].flat().map((difference, index) => ({ difference, standardError: errors[index] ?? Number.NaN }));
  const report = mixtureSprt(looks, { tau, alpha: 0.05 });
  const [first] = report.looks;
  return {
    log_lambda: first?.logLambda,
    p: first?.p,
    halfwidth_alpha05: first?.halfWidth,
    always_valid_p: report.looks.map(({ p }) => p),
  };
}

type UnitMetricVector =
  | { readonly strata: readonly ScoreStratum[] }
  | { readonly control: RatioArm; readonly treatment: RatioArm }
  | { readonly control: CovariateArm; readonly treatment: CovariateArm };

type RatioArm = Readonly<Record<'n' | 'sumY' | 'sumZ' | 'sumYY' | 'sumZZ' | 'sumYZ', number>>;
type CovariateArm = Omit<CovariateSums, 'units'> & { readonly n: number };

type ScoreStratum = Readonly<Record<'nC' | 'nT' | 'sumC' | 'sumT' | 'sumSqC' | 'sumSqT', number>>;

function ofUnitMetric(vector: UnitMetricVector): unknown {
  if ('strata' in vector) return ofScores(vector.strata);
  if ('sumX' in vector.control) {
    // Both arms have the same sums.
    const { control, treatment } = vector as { control: CovariateArm; treatment: CovariateArm };
    const report = cuped({ ...control, units: control.n }, { ...treatment, units: treatment.n }, 0.95);
    return {
      theta: report?.slope,
      diff_adjusted: report?.difference,
      se_adjusted: report?.standardError,
      diff_raw: report?.rawDifference,
    };
  }
  const { control, treatment } = vector as { control: RatioArm; treatment: RatioArm };
  const sums = (arm: RatioArm) => ({ kind: 'ratio', units: arm.n, ...arm }) as const;
  const report = deltaMethod(sums(control), sums(treatment), 0.95);
  return {
    ratio_control: report?.control.ratio,
    var_control: report?.control.variance,
    ratio_treatment: report?.treatment.ratio,
    var_treatment: report?.treatment.variance,
    diff: report?.difference,
    se: report?.standardError,
    z: report?.z,
    relative: report?.relative?.lift,
    se_relative: report?.relative?.standardError,
  };
}

/** What each tick adds, and the sums so far. */
function ofScores(strata: readonly ScoreStratum[]): unknown {
  const sums = { U: 0, V: 0 };
  return strata.map(({ nC, nT, sumC, sumT, sumSqC, sumSqT }) => {
    const control = { kind: 'mean', units: nC, sum: sumC, sumSquares: sumSqC } as const;
    const treatment = { kind: 'mean', units: nT, sum: sumT, sumSquares: sumSqT } as const;
    const { score, variance } = scoreOf({ control, treatment }, { sign: 1, before: NO_SCORE });
    sums.U += score;
    sums.V += variance;
    return { u: score, v: variance, ...sums };
  });
}
