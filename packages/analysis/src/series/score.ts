import type { SeriesVerdict } from './classify-series.ts';

/** Below `marginal` fails, from `pass` on passes, and in between somebody decides. */
export interface ScoreThresholds {
  readonly marginal: number;
  readonly pass: number;
}

export type ScoreVerdict = 'pass' | 'marginal' | 'fail';

export function classifyScore(score: number, { marginal, pass }: ScoreThresholds): ScoreVerdict {
  if (score >= pass) return 'pass';
  return score >= marginal ? 'marginal' : 'fail';
}

export interface ScoredMetric {
  readonly verdict: SeriesVerdict | 'error';
  readonly groups: readonly string[];
  /** Any verdict but a pass, and the whole scores 0. */
  readonly isCritical: boolean;
  /** Missing data counts against it, rather than not at all. */
  readonly isRequired: boolean;
}

export interface ScoreReport {
  /** Of what there is, from 0 to 100; read it with `isComplete`. */
  readonly score: number;
  /** Passed of judged in each group, in percent; null for a group of which nothing could be judged. */
  readonly groups: ReadonlyMap<string, number | null>;
  /** False when a whole group, or half of all metrics, could not be judged: then no score promotes anything. */
  readonly isComplete: boolean;
}

/** From this share of metrics without data on, what is left says nothing of the whole. */
const MISSING_SHARE_MAX = 0.5;

/**
 * The weighted score of a judgement, as Kayenta computes it, and whether it may be used. A group scores what share of its
 * judged metrics passes; groups without a weight share what the others leave of 100; groups without any data keep out of
 * the score, and out of `isComplete`: the same score without them would call missing evidence good.
 */
export function scoreMetrics(
  metrics: readonly ScoredMetric[],
  groupWeights: Readonly<Record<string, number>>,
): ScoreReport {
  const names = [...new Set(metrics.flatMap(({ groups }) => groups))];
  const groups = new Map(names.map((name) => [name, groupScore(metrics.filter((one) => one.groups.includes(name)))]));
  const missing = metrics.filter(({ verdict }) => verdict === 'no_data').length;
  const tooFew = metrics.length === 0 || missing / metrics.length >= MISSING_SHARE_MAX;
  const isErring = metrics.some(({ verdict }) => verdict === 'error' || verdict === 'inconclusive');
  const isCriticallyBad = metrics.some(({ isCritical, verdict }) => isCritical && verdict !== 'pass');
  return {
    score: tooFew || isCriticallyBad ? 0 : weigh(groups, groupWeights),
    groups,
    isComplete: !tooFew && !isErring && [...groups.values()].every((score) => score !== null),
  };
}

function groupScore(metrics: readonly ScoredMetric[]): number | null {
  const passed = metrics.filter(({ verdict }) => verdict === 'pass').length;
  const failed = metrics.filter(
    ({ verdict, isRequired }) => verdict === 'high' || verdict === 'low' || (verdict === 'no_data' && isRequired),
  ).length;
  return passed + failed === 0 ? null : (100 * passed) / (passed + failed);
}

function weigh(groups: ScoreReport['groups'], weights: Readonly<Record<string, number>>): number {
  const weighted = [...groups.keys()].filter((name) => Object.hasOwn(weights, name));
  const sum = weighted.reduce((total, name) => total + (weights[name] ?? 0), 0);
  const shared = Math.max(0, 100 - sum) / Math.max(1, groups.size - weighted.length);
  let score = 0;
  let counted = 0;
  for (const [name, passed] of groups) {
    if (passed === null) continue;
    const weight = weighted.includes(name) ? (weights[name] ?? 0) : shared;
    score += weight * passed;
    counted += weight;
  }
  return counted === 0 ? 0 : score / counted;
}

/** One part of a score that others computed, from 0 to its weight. */
export interface ScoredObjective {
  readonly weight: number;
  readonly score: number;
  /** Scoring nothing, it fails the whole. */
  readonly isKey: boolean;
}

export interface ObjectivesReport {
  readonly total: number;
  readonly max: number;
  readonly verdict: ScoreVerdict;
}

/** What share of all weights was scored, as Keptn sums objectives up. Null without a weight: nothing is no pass. */
export function scoreObjectives(
  objectives: readonly ScoredObjective[],
  thresholds: ScoreThresholds,
): ObjectivesReport | null {
  const max = objectives.reduce((sum, { weight }) => sum + weight, 0);
  if (!(max > 0)) return null;
  const total = objectives.reduce((sum, { score }) => sum + score, 0);
  const isKeyLost = objectives.some(({ isKey, score }) => isKey && score <= 0);
  return { total, max, verdict: isKeyLost ? 'fail' : classifyScore((100 * total) / max, thresholds) };
}
