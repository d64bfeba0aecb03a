/** The door for series of points, compared once as Kayenta does. It loads special functions: a server does without. */
export {
  type Band,
  classifySeries,
  type Margin,
  type SeriesClassification,
  type SeriesQuestion,
  type SeriesRule,
  type SeriesVerdict,
} from './classify-series.ts';
export { type Description, describe, percentile } from './describe.ts';
export { cohenD, meanRatio, type Series, superiority } from './effect-size.ts';
export { type JudgementWindow, judgementWindow, type TimeRange, type WindowRule } from './judgement-window.ts';
export { findOutliers, type OutlierRule, withoutNaN, withoutOutliers } from './outliers.ts';
export { type RankInterval, rankInterval } from './rank-interval.ts';
export {
  classifyScore,
  type ObjectivesReport,
  type ScoredMetric,
  type ScoredObjective,
  type ScoreReport,
  type ScoreThresholds,
  type ScoreVerdict,
  scoreMetrics,
  scoreObjectives,
} from './score.ts';
