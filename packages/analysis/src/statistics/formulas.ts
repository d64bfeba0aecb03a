/** The door for whoever recomputes a decision by hand: the formulas that the engine folds, one step of each. */

export { createSpending, foldSpending } from './conditional-spending.ts';
export { winningsOfTilt } from './engine/histogram-winnings.ts';
export { NO_SCORE, type ScoreSums, scoreOf } from './engine/mean-score.ts';
export { logNormalMixture } from './engine/normal-mixture.ts';
export { stepCapitals } from './engine/release-capital.ts';
export { rstBoundary } from './engine/rst-boundary.ts';
export { SAMPLE_RATIO_ODDS } from './engine/sample-ratio-bets.ts';
export { type TwoByTwoRates, twoByTwoIncrement, twoByTwoRates } from './engine/two-by-two.ts';
export { type LabelCounts, logEvidenceAgainst, logEvidenceOfRatios, logSafety, ratiosOf } from './label-betting.ts';
export { logSumExp } from './log-mean-exp.ts';
export { logEvidenceOfArms, logMultinomialEvidence, type MultinomialCounts } from './multinomial-evidence.ts';
