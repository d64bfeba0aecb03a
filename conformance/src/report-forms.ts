import { logSumExp } from '@tidegate/analysis';
import {
  benjaminiHochberg,
  betaCdf,
  betaPosterior,
  bonferroni,
  chiSquareOfFit,
  chiSquareOfTable,
  chiSquareTail,
  clopperPearsonInterval,
  eBenjaminiHochberg,
  eBonferroni,
  fisherExact,
  gammaTail,
  hodgesLehmann,
  holm,
  kolmogorovSmirnov,
  kolmogorovTail,
  lnBeta,
  lnGamma,
  lnNormalCdf,
  mannWhitney,
  meanEValue,
  momentsOf,
  normalCdf,
  normalQuantile,
  ratePosterior,
  studentTCdf,
  type TailProbabilities,
  twoProportion,
  welchT,
  wilsonInterval,
} from '@tidegate/analysis/reports';

/** What our own functions say to one vector, by the `name` of its file and in that file's words. */
export const REPORT_FORMS: Readonly<Record<string, (vector: never) => unknown>> = {
  'mann-whitney': ofMannWhitney,
  'hodges-lehmann': ofHodgesLehmann,
  'welch-t': ofWelchT,
  'ks-two-sample': ofKolmogorovSmirnov,
  'chi-square': ofChiSquare,
  'two-proportion': ofTwoProportion,
  'beta-posterior': ofPosterior,
  multiplicity: ofMultiplicity,
  'special-functions': ofSpecialFunction,
};

interface Samples {
  readonly control: readonly number[];
  readonly treatment: readonly number[];
}

interface Counts {
  readonly xC: number;
  readonly nC: number;
  readonly xT: number;
  readonly nT: number;
}

function ofMannWhitney({ control, treatment }: Samples): unknown {
  const report = mannWhitney(control, treatment);
  return {
    U_treatment: report.uTreatment,
    U_control: report.uControl,
    prob_superiority: report.superiority,
    p_two_sided: report.approximate.twoSided,
    ...inWords('p_exact', report.exact),
    ...inWords('p_asymptotic_cc', report.approximate),
    ...inWords('p_asymptotic_nocc', report.uncorrected),
  };
}

function ofHodgesLehmann({ control, treatment }: Samples): unknown {
  const at95 = hodgesLehmann(control, treatment, 0.95);
  return { shift: at95?.shift, ci95: at95?.interval, ci98: hodgesLehmann(control, treatment, 0.98)?.interval };
}

interface WelchVector extends Partial<Samples> {
  readonly summary?: Readonly<Record<'nC' | 'meanC' | 'varC' | 'nT' | 'meanT' | 'varT', number>>;
}

/** From the raw values where there are some, otherwise from the summary. */
function ofWelchT({ control, treatment, summary }: WelchVector): unknown {
  const { nC = 0, meanC = 0, varC = 0, nT = 0, meanT = 0, varT = 0 } = summary ?? {};
  const ofControl = control ? momentsOf(control) : { count: nC, mean: meanC, variance: varC };
  const ofTreatment = treatment ? momentsOf(treatment) : { count: nT, mean: meanT, variance: varT };
  const report = welchT(ofControl, ofTreatment, 0.95);
  return {
    t: report.t,
    df: report.degrees,
    diff: report.difference,
    ci95: report.interval,
    p_two_sided: report.p.twoSided,
    p_greater: report.p.greater,
    p_less: report.p.less,
  };
}

function ofKolmogorovSmirnov({ control, treatment }: Samples): unknown {
  const report = kolmogorovSmirnov(control, treatment);
  return {
    ...inWords('D', report.distance),
    ...inWords('p_exact', report.exact),
    ...inWords('p_asymptotic', report.approximate),
  };
}

type ChiSquareVector =
  | { readonly table: readonly (readonly number[])[] }
  | { readonly observed: readonly number[]; readonly weights: readonly number[] };

function ofChiSquare(vector: ChiSquareVector): unknown {
  if ('observed' in vector) {
    const { statistic, degrees, p } = chiSquareOfFit(vector.observed, vector.weights);
    return { chi2: statistic, dof: degrees, p };
  }
  const plain = chiSquareOfTable(vector.table, { yates: false });
  const yates = chiSquareOfTable(vector.table, { yates: true });
  const [[a = 0, b = 0] = [], [c = 0, d = 0] = []] = vector.table;
  const fisher = fisherExact({ yes: a, no: b }, { yes: c, no: d });
  return {
    chi2: plain.statistic,
    dof: plain.degrees,
    p: plain.p,
    chi2_yates: yates.statistic,
    p_yates: yates.p,
    fisher_two_sided: fisher.p.twoSided,
    fisher_row2_col1_greater: fisher.p.greater,
  };
}

function ofTwoProportion({ xC, nC, xT, nT }: Counts): unknown {
  const control = { hits: xC, units: nC };
  const treatment = { hits: xT, units: nT };
  const report = twoProportion(control, treatment, 0.95);
  return {
    diff: report.difference,
    z_pooled: report.z,
    p_two_sided: report.p.twoSided,
    p_greater: report.p.greater,
    p_less: report.p.less,
    se_unpooled: report.standardError,
    wald95: report.wald,
    newcombe95: report.newcombe,
    wilson95_control: wilsonInterval(control, 0.95),
    wilson95_treatment: wilsonInterval(treatment, 0.95),
    clopperPearson95_control: clopperPearsonInterval(control, 0.95),
    clopperPearson95_treatment: clopperPearsonInterval(treatment, 0.95),
    relative_lift: report.relativeLift,
    log_ratio_ci95: report.ratio,
  };
}

type PosteriorVector =
  | (Counts & { readonly prior: readonly [number, number] })
  | { readonly xC: number; readonly exposureC: number; readonly xT: number; readonly exposureT: number };

function ofPosterior(vector: PosteriorVector): unknown {
  if ('exposureC' in vector) {
    const { xC, exposureC, xT, exposureT } = vector;
    const report = ratePosterior({ events: xC, exposure: exposureC }, { events: xT, exposure: exposureT });
    return { prob_treatment_greater: report.treatmentGreater };
  }
  const { xC, nC, xT, nT, prior } = vector;
  const report = betaPosterior({
    control: { hits: xC, units: nC },
    treatment: { hits: xT, units: nT },
    prior: { a: prior[0], b: prior[1] },
    level: 0.95,
  });
  return {
    prob_treatment_greater: report.treatmentGreater,
    mean_control: report.control.mean,
    mean_treatment: report.treatment.mean,
    ci95_control: report.control.interval,
    ci95_treatment: report.treatment.interval,
  };
}

type MultiplicityVector = { readonly p: readonly number[] } | { readonly e: readonly number[]; readonly alpha: number };

function ofMultiplicity(vector: MultiplicityVector): unknown {
  if ('p' in vector) {
    const { p } = vector;
    return { bh_adjusted: benjaminiHochberg(p), holm_adjusted: holm(p), bonferroni: bonferroni(p) };
  }
  const { e, alpha } = vector;
  return {
    mean_e: meanEValue(e),
    kill_on_mean: meanEValue(e) * alpha >= 1,
    ebh_rejected: eBenjaminiHochberg(e, alpha),
    ebonferroni: eBonferroni(e, alpha),
  };
}

const SPECIAL_FUNCTIONS: Readonly<Record<string, (...args: number[]) => number>> = {
  lgamma: (x = 0) => lnGamma(x),
  lbeta: (a = 0, b = 0) => lnBeta(a, b),
  betainc: (a = 0, b = 0, x = 0) => betaCdf(x, a, b),
  gammaincUpper: (shape = 0, x = 0) => gammaTail(shape, x),
  normCdf: (z = 0) => normalCdf(z),
  logNormCdf: (z = 0) => lnNormalCdf(z),
  normQuantile: (p = 0) => normalQuantile(p),
  tCdf: (t = 0, degrees = 0) => studentTCdf(t, degrees),
  chi2Sf: (x = 0, degrees = 0) => chiSquareTail(x, degrees),
  kolmogorovSf: (x = 0) => kolmogorovTail(x),
  logSumExp: (...logs) => logSumExp(logs),
  log1p: Math.log1p,
};

function ofSpecialFunction({ fn, args }: { readonly fn: string; readonly args: readonly number[] }): unknown {
  return SPECIAL_FUNCTIONS[fn]?.(...args);
}

/** The files write a test's three p-values as `p_greater`, `p_less` and `p_two-sided`. */
function inWords(prefix: string, tails: TailProbabilities | null): Readonly<Record<string, number | undefined>> {
  return {
    [`${prefix}_greater`]: tails?.greater,
    [`${prefix}_less`]: tails?.less,
    [`${prefix}_two-sided`]: tails?.twoSided,
  };
}
