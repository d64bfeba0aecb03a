import {
  createSpending,
  foldSpending,
  type LabelCounts,
  logEvidenceAgainst,
  logEvidenceOfRatios,
  logMultinomialEvidence,
  logNormalMixture,
  logSumExp,
  rstBoundary,
  stepCapitals,
  twoByTwoIncrement,
  twoByTwoRates,
  winningsOfTilt,
} from '@tidegate/analysis/formulas';

/** What the engine folds, one step of each formula: by the `name` of the file, in its words. */
export const ENGINE_FORMS: Readonly<Record<string, (vector: never) => unknown>> = {
  'exact-conditional-spending': ofSpending,
  'label-betting': ofLabelBetting,
  'multinomial-e': ofMultinomial,
  'normal-mixture-one-sided': ofNormalMixture,
  'rst-constants': ofRstConstant,
};

type LabelBettingVector = RateVector | SafetyVector | RestartVector | TwoByTwoVector | TiltVector;

function ofLabelBetting(vector: LabelBettingVector): unknown {
  if ('grid' in vector) return ofRates(vector);
  if ('null_ratio' in vector) return ofSafety(vector);
  if ('log_increments' in vector) return ofRestarts(vector);
  if ('predicted_rate' in vector) return ofTwoByTwo(vector);
  return ofTilt(vector);
}

interface RateVector {
  readonly ticks: readonly { readonly pi: number; readonly xC: number; readonly xT: number }[];
  readonly grid: readonly number[];
}

function ofRates({ ticks, grid }: RateVector): unknown {
  const strata = ticks.map(labelsOf);
  return {
    log_e_per_ratio: grid.map((ratio) => logEvidenceOfRatios(strata, [ratio])),
    log_e: logEvidenceOfRatios(strata, grid),
  };
}

interface SafetyVector {
  readonly null_ratio: number;
  readonly alt_ratio: number;
  readonly pi: number;
  readonly xC: number;
  readonly xT: number;
}

function ofSafety({ null_ratio, alt_ratio, ...counts }: SafetyVector): unknown {
  return { log_e: logEvidenceAgainst([labelsOf(counts)], null_ratio, [alt_ratio / null_ratio]) };
}

function labelsOf({ pi, xC, xT }: { pi: number; xC: number; xT: number }): LabelCounts {
  return { treatmentShare: pi, control: xC, treatment: xT };
}

interface RestartVector {
  readonly log_increments: readonly number[];
  readonly capital_released: readonly number[];
}

/** The capital of one bet, and what is not released yet. */
function ofRestarts({ log_increments, capital_released }: RestartVector): unknown {
  let logCapitals: readonly number[] = [Number.NEGATIVE_INFINITY];
  let kept = 1;
  const logE = log_increments.map((increment, tick) => {
    const released = capital_released[tick] ?? Number.NaN;
    logCapitals = stepCapitals(logCapitals, [increment], released);
    kept -= released;
    return logSumExp([...logCapitals, Math.log(Math.max(0, kept))]);
  });
  return { log_e: logE };
}

interface TwoByTwoVector {
  readonly predicted_rate: number;
  readonly ratio: number;
  readonly nC: number;
  readonly nT: number;
  readonly xC: number;
  readonly xT: number;
}

function ofTwoByTwo({ predicted_rate, ratio, nC, nT, xC, xT }: TwoByTwoVector): unknown {
  const rates = twoByTwoRates({ predictedRate: predicted_rate, ratio, share: nT / (nC + nT) });
  const counts = { control: { units: nC, events: xC }, treatment: { units: nT, events: xT } };
  return { pC: rates.control, pT: rates.treatment, p0: rates.pooled, log_increment: twoByTwoIncrement(rates, counts) };
}

interface TiltVector {
  readonly predicted_pmf: readonly number[];
  readonly score: readonly number[];
  readonly lam: number;
  readonly pi: number;
  readonly control_counts: readonly number[];
  readonly treatment_counts: readonly number[];
}

function ofTilt({ predicted_pmf, score, lam, pi, control_counts, treatment_counts }: TiltVector): unknown {
  const winnings = winningsOfTilt({ shares: predicted_pmf, scores: score, exponent: lam, part: 1, share: pi });
  const won = (byBin: Float64Array, counts: readonly number[]) =>
    counts.reduce((sum, count, bin) => sum + count * (byBin[bin] ?? Number.NaN), 0);
  return {
    log_increment: won(winnings.ofTreatment, treatment_counts) + won(winnings.ofControl, control_counts),
  };
}

interface NormalMixtureVector {
  readonly score: number;
  readonly information: number;
  readonly prior_var: number;
}

function ofNormalMixture({ score, information, prior_var }: NormalMixtureVector): unknown {
  const deviation = Math.sqrt(information);
  return { log_e: logNormalMixture({ z: score / deviation, spread: Math.sqrt(prior_var) * deviation }) };
}

interface RstVector {
  readonly alpha: number;
  readonly two_sided: boolean;
  readonly tmax: number;
}

function ofRstConstant({ alpha, two_sided, tmax }: RstVector): unknown {
  return { c: rstBoundary({ alpha, sides: two_sided ? 'two' : 'one', timeMax: tmax }) };
}

interface SpendingVector {
  readonly alpha: number;
  readonly harmful: 'increase' | 'decrease';
  readonly law: 'binomial(m, pi)' | 'hypergeometric';
  readonly ticks: readonly Readonly<Record<'pi' | 'nC' | 'nT' | 'xC' | 'xT', number>>[];
}

/** The state after each tick. */
function ofSpending({ alpha, harmful, law, ticks }: SpendingVector): unknown {
  let state = createSpending();
  return ticks.map(({ pi, nC, nT, xC, xT }) => {
    const tick = {
      control: { units: nC, events: xC },
      treatment: { units: nT, events: xT },
      treatmentShare: law === 'hypergeometric' ? null : pi,
    };
    state = foldSpending(state, tick, { alpha, harm: harmful === 'increase' ? 'up' : 'down' });
    const { variance, harmfulEvents, boundary, spent, isStopped } = state;
    return { V: variance, X: harmfulEvents, boundary, spent, stopped: isStopped };
  });
}

type MultinomialVector = OddsVector | StagesVector | (MultinomialStage & { readonly concentration: number });

interface MultinomialStage {
  readonly theta0: readonly number[];
  readonly counts: readonly number[];
}

interface StagesVector {
  readonly stages: readonly MultinomialStage[];
  readonly concentration: number;
}

interface OddsVector {
  readonly odds_grid: readonly number[];
  readonly pi: number;
  readonly nC: number;
  readonly nT: number;
}

function ofMultinomial(vector: MultinomialVector): unknown {
  if ('odds_grid' in vector) {
    const { odds_grid, pi, nC, nT } = vector;
    return { log_e: logEvidenceOfRatios([{ treatmentShare: pi, control: nC, treatment: nT }], odds_grid) };
  }
  const stages = 'stages' in vector ? vector.stages : [vector];
  const strata = stages.map(({ theta0, counts }) => ({ shares: theta0, counts }));
  const logE = logMultinomialEvidence(strata, vector.concentration);
  return { log_e: logE, p: Math.min(1, Math.exp(-logE)) };
}
