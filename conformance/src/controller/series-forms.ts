import { normalQuantile } from '@tidegate/analysis/reports';
import {
  classifyScore,
  classifySeries,
  cohenD,
  describe,
  findOutliers,
  judgementWindow,
  meanRatio,
  percentile,
  rankInterval,
  type Series,
  type SeriesClassification,
  type SeriesQuestion,
  scoreMetrics,
  scoreObjectives,
  superiority,
  withoutNaN,
  withoutOutliers,
} from '@tidegate/analysis/series';
import { type CaseOutcome, compare } from '../case-outcome.ts';
import { compareWithin } from '../within.ts';
import { generatedSeries } from './generated-series.ts';
import {
  type CaseForm,
  holds,
  inOurWords,
  nameOf,
  readNumber,
  type SourcedCase,
  skipped,
  type WrittenNumber,
  wantedOf,
  wordOf,
} from './sourced-case.ts';

/** What judges series of points, once. */
export const SERIES_FORMS: Readonly<Record<string, CaseForm>> = {
  kayenta_classifier: classify,
  kayenta_mannwhitney_numeric: computeInterval,
  kayenta_scorer: score,
  kayenta_verdict_thresholds: judgeScore,
  kayenta_transforms: transform,
  kayenta_statistics: computeStatistic,
  kayenta_windows: placeWindows,
  pipecd_compare: compareOnce,
  keptn_score: scoreParts,
};

interface WrittenSeries {
  readonly experiment: readonly WrittenNumber[];
  readonly control: readonly WrittenNumber[];
}

function readSeries({ experiment, control }: WrittenSeries): Series {
  return { treatment: experiment.map(readNumber), control: control.map(readNumber) };
}

export interface ClassifierCase extends SourcedCase, WrittenSeries {
  readonly method: 'mann_whitney' | 'mean_inequality';
  readonly direction: SeriesQuestion['direction'];
  readonly params?: {
    readonly tolerance: number;
    readonly confidence: number;
    readonly nanStrategy: 'remove' | 'replace';
    readonly isCritical: boolean;
    readonly effectMeasure: 'meanRatio' | 'cles';
    readonly allowed: readonly [number, number];
    readonly criticalThresholds: readonly [number, number];
  };
  readonly expected: { readonly classification: string; readonly critical?: boolean };
}

export function questionOf(one: ClassifierCase): SeriesQuestion {
  const { params, direction } = one;
  const isInterval = one.method === 'mann_whitney' && params !== undefined;
  const [allowedLow, allowedHigh] = params?.allowed ?? [1, 1];
  const [criticalLow, criticalHigh] = params?.criticalThresholds ?? [1, 1];
  return {
    ...readSeries(one),
    direction,
    rule: isInterval
      ? {
          kind: 'interval',
          confidence: params.confidence,
          margin: { of: 'shift', amount: params.tolerance },
          effect: {
            measure: params.effectMeasure === 'cles' ? 'superiority' : 'mean-ratio',
            allowed: { low: allowedLow, high: allowedHigh },
            critical: { low: criticalLow, high: criticalHigh },
          },
        }
      : { kind: 'means' },
    nan: params?.nanStrategy === 'replace' ? 'zero' : 'remove',
    isCritical: params?.isCritical ?? false,
  };
}

function classify(one: ClassifierCase): CaseOutcome {
  if (one.reference_only) return classifyGenerated(one);
  const { verdict, isCriticalFailure } = classifySeries(questionOf(one));
  const { ours, expected } = one;
  const wanted = wordOf(typeof ours?.expect === 'string' ? ours.expect : expected.classification);
  // What the source says of the criticality is about its own verdict.
  const { critical } = expected;
  const saysCritical = critical !== undefined && wanted === wordOf(expected.classification);
  return compare(nameOf(one), {
    actual: { verdict, ...(saysCritical ? { isCriticalFailure } : {}) },
    expected: { verdict: wanted, ...(saysCritical ? { isCriticalFailure: critical } : {}) },
  });
}

/** The series was not copied; what is wanted is that ties leave the interval ordered and the verdict alone. */
function classifyGenerated(one: SourcedCase): CaseOutcome {
  const series = generatedSeries('ties', 210);
  const question: SeriesQuestion = {
    ...series,
    direction: 'either',
    rule: {
      kind: 'interval',
      confidence: 0.98,
      margin: { of: 'shift', amount: 0.25 },
      effect: { measure: 'mean-ratio', allowed: { low: 1, high: 5 }, critical: { low: 1, high: 5 } },
    },
    nan: 'remove',
    isCritical: false,
  };
  const classified = classifySeries(question);
  const again = classifySeries({ ...question, treatment: series.treatment.toReversed() });
  const isStable = classified.verdict === again.verdict;
  return holds(nameOf(one), isStable && isOrdered(classified.found), `got ${JSON.stringify([classified, again])}`);
}

/** low <= shift <= high, wherever there is an interval. */
export function isOrdered(found: SeriesClassification['found']): boolean {
  if (found === null || found.interval === null) return true;
  return found.interval.low <= found.shift && found.shift <= found.interval.high;
}

interface NumericCase extends SourcedCase, Partial<WrittenSeries> {
  readonly p?: number;
  readonly confidence?: number;
  readonly expected: {
    readonly ci?: readonly [number, number];
    readonly hodgesLehmann?: number;
    readonly z?: number;
    readonly tolerance?: number;
  };
}

function computeInterval(one: NumericCase): CaseOutcome {
  const { p, experiment, control, confidence = 0.95, expected } = one;
  const { tolerance: absolute = 1e-6, ...numbers } = expected;
  const tolerance = { absolute, relative: 0 };
  if (p !== undefined) {
    return compareWithin(nameOf(one), { actual: { z: normalQuantile(p) }, expected: numbers, tolerance });
  }
  if (experiment !== undefined && control !== undefined) {
    const found = rankInterval(readSeries({ experiment, control }), confidence);
    const actual = { hodgesLehmann: found?.shift, ci: found?.interval && [found.interval.low, found.interval.high] };
    return compareWithin(nameOf(one), { actual, expected: numbers, tolerance });
  }
  if (numbers.z !== undefined) return skipped(one, 'its series is not in the file');
  // The series are not in the file; what must hold of any like them is that the interval is ordered around the shift.
  const isNearlyEqual = /equal/.test(one.title ?? '');
  const series = isNearlyEqual ? generatedSeries('nearly-equal', 850) : generatedSeries('ties', 210);
  const found = rankInterval(series, confidence);
  return holds(nameOf(one), found?.interval != null && isOrdered(found), `got ${JSON.stringify(found)}`);
}

interface ScorerCase extends SourcedCase {
  readonly groupWeights: Readonly<Record<string, number>>;
  readonly metrics: readonly {
    readonly classification: string;
    readonly groups: readonly string[];
    readonly critical?: boolean;
  }[];
  readonly expected: { readonly score: number; readonly groupScores?: Readonly<Record<string, number>> };
}

function score(one: ScorerCase): CaseOutcome {
  const report = scoreMetrics(
    one.metrics.map(({ classification, groups, critical = false }) => ({
      // A word that is none of these scores nothing, and fails the case.
      verdict: wordOf(classification) as 'pass' | 'high' | 'low' | 'no_data' | 'error',
      groups,
      isCritical: critical,
      isRequired: classification === 'NodataFailMetric',
    })),
    one.groupWeights,
  );
  const { ours, expected } = one;
  if (typeof ours?.expect === 'string') {
    return compare(nameOf(one), {
      actual: report.isComplete ? report.score : 'inconclusive',
      expected: ours.expect === 'no_data' ? 'inconclusive' : ours.expect,
    });
  }
  const groupScores = Object.fromEntries([...report.groups].map(([name, passed]) => [name, passed ?? 0]));
  return compareWithin(nameOf(one), {
    actual: { score: report.score, groupScores },
    expected,
    tolerance: { absolute: 1e-9, relative: 0 },
  });
}

interface ThresholdCase extends SourcedCase {
  readonly score: number;
  readonly marginal: number;
  readonly pass: number;
  readonly expected: string;
}

function judgeScore(one: ThresholdCase): CaseOutcome {
  const { score, marginal, pass } = one;
  return compare(`a score of ${score} of ${marginal} and ${pass}`, {
    actual: classifyScore(score, { marginal, pass }),
    expected: inOurWords(wantedOf(one)),
  });
}

interface TransformCase extends SourcedCase {
  readonly op: string;
  readonly input: readonly WrittenNumber[];
  readonly factor?: number;
  readonly k?: number;
  readonly expected_indexes?: readonly number[];
}

function transform(one: TransformCase): CaseOutcome {
  const { op, factor = 0, k = factor } = one;
  const points = one.input.map(readNumber);
  const ops: Readonly<Record<string, () => readonly number[]>> = {
    remove_nan: () => withoutNaN(points, 'remove'),
    replace_nan: () => withoutNaN(points, 'zero'),
    remove_outliers_iqr: () => withoutOutliers(points, { kind: 'quartiles', factor }),
    remove_outliers_ksigma: () => withoutOutliers(points, { kind: 'deviations', factor: k }),
    detect_iqr: () => findOutliers(points, { kind: 'quartiles', factor }),
    detect_ksigma: () => findOutliers(points, { kind: 'deviations', factor: k }),
  };
  return compare(nameOf(one), { actual: ops[op]?.(), expected: one.expected_indexes ?? wantedOf(one) });
}

interface StatisticCase extends SourcedCase, WrittenSeries {
  readonly op: string;
  readonly input?: readonly WrittenNumber[];
  readonly p?: number;
  readonly tolerance?: number;
}

function computeStatistic(one: StatisticCase): CaseOutcome {
  const { op, input = [], experiment = [], control = [], p = 0 } = one;
  const points = input.map(readNumber);
  const series = readSeries({ experiment, control });
  const ops: Readonly<Record<string, () => unknown>> = {
    summary: () => {
      const { deviation, ...rest } = describe(points);
      return { ...rest, std: deviation };
    },
    percentile_r7: () => percentile(points, p),
    mean_ratio: () => meanRatio(series),
    cohen_d: () => cohenD(series),
    cles: () => superiority(series),
  };
  const wanted = wantedOf(one);
  const { tolerance: inner, ...members } =
    typeof wanted === 'object' && wanted !== null ? { tolerance: undefined, ...wanted } : { tolerance: undefined };
  const isRecord = Object.keys(members).length > 0;
  const within = one.tolerance ?? (typeof inner === 'number' ? inner : 1e-9);
  return compareWithin(nameOf(one), {
    actual: ops[op]?.(),
    // What has no value has none with us.
    expected: isRecord ? members : wanted === 'NaN' ? null : wanted,
    tolerance: { absolute: within, relative: 0 },
  });
}

const MINUTE_MS = 60_000;

interface WindowCase extends SourcedCase {
  readonly intervalMin: number;
  readonly beginAfterMin?: number;
  readonly lookbackMin?: number;
  readonly controlOffsetMin?: number;
  readonly judgements: readonly ({ readonly i: number } & Readonly<Record<string, number>>)[];
}

function placeWindows(one: WindowCase): CaseOutcome {
  const { intervalMin, beginAfterMin = 0, lookbackMin, controlOffsetMin = 0, judgements } = one;
  const rule = {
    intervalMs: intervalMin * MINUTE_MS,
    beginAfterMs: beginAfterMin * MINUTE_MS,
    controlOffsetMs: controlOffsetMin * MINUTE_MS,
    ...(lookbackMin === undefined ? {} : { lookbackMs: lookbackMin * MINUTE_MS }),
  };
  const actual = judgements.map(({ i }) => {
    const { treatment, control } = judgementWindow(rule, i);
    const [start, end] = [treatment.fromMs / MINUTE_MS, treatment.toMs / MINUTE_MS];
    return {
      i,
      startMin: start,
      endMin: end,
      experimentStartMin: start,
      experimentEndMin: end,
      controlStartMin: control.fromMs / MINUTE_MS,
      controlEndMin: control.toMs / MINUTE_MS,
    };
  });
  return compareWithin(nameOf(one), { actual, expected: judgements, tolerance: { absolute: 0, relative: 0 } });
}

interface CompareCase extends SourcedCase, WrittenSeries {
  readonly deviation: 'HIGH' | 'LOW' | 'EITHER';
  readonly expected: { readonly ok: boolean; readonly error: boolean };
}

/** PipeCD's level. */
const ALPHA = 0.05;

function compareOnce(one: CompareCase): CaseOutcome {
  const { deviation, ours, expected } = one;
  const { verdict } = classifySeries({
    ...readSeries(one),
    direction: deviation === 'HIGH' ? 'increase' : deviation === 'LOW' ? 'decrease' : 'either',
    rule: { kind: 'p-value', alpha: ALPHA },
    nan: 'remove',
    isCritical: false,
  });
  if (ours?.expect !== undefined) return compare(nameOf(one), { actual: verdict, expected: ours.expect });
  const actual = { ok: verdict === 'pass', error: verdict === 'no_data' };
  return compare(nameOf(one), { actual, expected });
}

interface KeptnCase extends SourcedCase {
  readonly objectives: readonly {
    readonly weight: number;
    readonly score: number;
    readonly key?: boolean;
    readonly keyObjective?: boolean;
  }[];
  readonly passPct?: number;
  readonly warnPct?: number;
}

function scoreParts(one: KeptnCase): CaseOutcome {
  const { objectives, passPct = 0, warnPct = 0 } = one;
  const report = scoreObjectives(
    objectives.map(({ weight, score, key, keyObjective }) => ({ weight, score, isKey: key ?? keyObjective ?? false })),
    { marginal: warnPct, pass: passPct },
  );
  const actual = report && {
    pass: report.verdict === 'pass',
    warning: report.verdict === 'marginal',
    total: report.total,
    max: report.max,
  };
  return compare(nameOf(one), { actual: actual ?? 'spec rejected', expected: wantedOf(one) });
}
