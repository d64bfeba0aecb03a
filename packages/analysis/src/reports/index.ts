/** The door for reports of a finished stage: apart, because special functions take a server a quarter of a second to load. */
export { benjaminiHochberg, bonferroni, holm } from './adjust-p-values.ts';
export { type Beta, type BetaPosteriorReport, betaPosterior, type PosteriorArm } from './beta-posterior.ts';
export { type ChiSquareReport, chiSquareOfFit, chiSquareOfTable } from './chi-square.ts';
export { eBenjaminiHochberg, eBonferroni, meanEValue } from './combine-e-values.ts';
export { type CovariateSums, type CupedReport, cuped } from './cuped.ts';
export { deltaMethod, type RatioEstimate, type RatioReport } from './delta-method.ts';
export { type EffectReport, effectReport, type NormalEstimate } from './effect-report.ts';
export { type FisherReport, fisherExact, type Outcomes } from './fisher-exact.ts';
export { type GroupSequentialReport, groupSequentialBoundaries, type Spending } from './group-sequential.ts';
export { type HodgesLehmannReport, hodgesLehmann } from './hodges-lehmann.ts';
export { type KolmogorovSmirnovReport, kolmogorovSmirnov } from './kolmogorov-smirnov.ts';
export { type MannWhitneyReport, mannWhitney } from './mann-whitney.ts';
export { type MixtureSprtReport, mixtureSprt, type NormalLook } from './mixture-sprt.ts';
export { type ExposedCount, type RatePosteriorReport, ratePosterior } from './rate-posterior.ts';
export {
  betaCdf,
  chiSquareTail,
  gammaTail,
  kolmogorovTail,
  lnBeta,
  lnGamma,
  lnNormalCdf,
  normalCdf,
  normalQuantile,
  studentTCdf,
} from './special-functions.ts';
export { type GuardReport, reportStage, reportStrata, type StageReport, type StratumReport } from './stage-report.ts';
export type { TailProbabilities } from './tail-probabilities.ts';
export {
  clopperPearsonInterval,
  type Proportion,
  type TwoProportionReport,
  twoProportion,
  wilsonInterval,
} from './two-proportion.ts';
export { type Moments, momentsOf, type WelchReport, welchT } from './welch-t.ts';
