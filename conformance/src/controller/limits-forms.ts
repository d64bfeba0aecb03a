import { severity } from '@tidegate/analysis';
import {
  addMeasurement,
  assessEndingMetric,
  assessEndingRun,
  EMPTY_TALLY,
  type EndingMetric,
  type EndingRunMetric,
  type EndingVerdict,
  findLimitsFlaws,
  judgeMeasurement,
  type MeasuredValue,
  type Measurement,
  type MeasurementVerdict,
  type MetricLimits,
  type MetricTally,
  planEndingRun,
} from '@tidegate/analysis/limits';
import { expandPlan } from '@tidegate/analysis/plans';
import { type CaseOutcome, compare } from '../case-outcome.ts';
import {
  type CaseForm,
  inOurWords,
  nameOf,
  readNumber,
  type SourcedCase,
  skipped,
  type WrittenNumber,
  wantedOf,
  wordOf,
} from './sourced-case.ts';

/** What judges measurements by classical limits. */
export const LIMITS_FORMS: Readonly<Record<string, CaseForm>> = {
  argo_metric_assess: assessOne,
  argo_metric_assess_hazards: assessHazard,
  argo_run_assess: assessWhole,
  argo_schedule: schedule,
  argo_evaluate: evaluateConditions,
  pipecd_threshold: holdInRange,
  cloudrun_diagnose: diagnose,
};

const NOW_MS = 1_700_000_000_000;
const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

interface WrittenMetric {
  readonly interval?: string;
  readonly count?: number;
  readonly failureLimit?: number;
  readonly inconclusiveLimit?: number;
  readonly consecutiveErrorLimit?: number;
  readonly consecutiveSuccessLimit?: number;
}

interface WrittenResult {
  readonly count?: number;
  readonly successful?: number;
  readonly failed?: number;
  readonly inconclusive?: number;
  readonly consecutiveError?: number;
  readonly consecutiveSuccess?: number;
}

interface AssessCase extends SourcedCase {
  readonly metric: WrittenMetric;
  readonly result: WrittenResult;
  readonly lastMeasurement: string | null;
}

function readLimits({ interval, ...limits }: WrittenMetric): MetricLimits {
  const [, count, unit] = /^(\d+)([smh])$/.exec(interval ?? '') ?? [];
  return count === undefined ? limits : { ...limits, intervalMs: Number(count) * (UNITS_MS[unit ?? ''] ?? 0) };
}

/** What was counted, and what is under way. */
function readMeasured(result: WrittenResult, lastMeasurement: string | null): Omit<EndingMetric, 'limits'> {
  const isInFlight = lastMeasurement === 'Running';
  const tally = readTally(result, isInFlight ? null : lastMeasurement);
  return isInFlight ? { tally, inFlight: { resumeAtMs: null } } : { tally };
}

function readTally(result: WrittenResult, lastMeasurement: string | null): MetricTally {
  const { consecutiveError = 0, failed = 0 } = result;
  return {
    count: result.count ?? 0,
    successfulCount: result.successful ?? 0,
    failedCount: failed,
    inconclusiveCount: result.inconclusive ?? 0,
    consecutiveSuccessCount: result.consecutiveSuccess ?? 0,
    consecutiveFailureCount: failed,
    consecutiveErrorCount: consecutiveError,
    erringSinceMs: consecutiveError > 0 ? NOW_MS : null,
    last: lastMeasurement === null ? null : { ...judged(wordOf(lastMeasurement)), atMs: NOW_MS },
  };
}

/** A word that is no verdict fails the case. */
function judged(verdict: string): MeasurementVerdict {
  return { verdict: verdict as MeasurementVerdict['verdict'], detail: '', isPermanent: false };
}

function assessOne(one: AssessCase): CaseOutcome {
  const limits = readLimits(one.metric);
  const metric = { limits, ...readMeasured(one.result, one.lastMeasurement) };
  const phase = (isStopped: boolean) => assessEndingMetric(metric, { nowMs: NOW_MS, isStopped }).verdict;
  const wanted = inOurWords(wantedOf(one));
  const actual = { phase: phase(false), phaseWhenTerminated: phase(true) };
  const asked = Object.keys(wanted as object);
  return compare(nameOf(one), {
    actual: Object.fromEntries(Object.entries(actual).filter(([name]) => asked.includes(name))),
    expected: wanted,
  });
}

function assessHazard(one: AssessCase): CaseOutcome {
  const metric = { limits: readLimits(one.metric), ...readMeasured(one.result, one.lastMeasurement) };
  const { verdict } = assessEndingMetric(metric, { nowMs: NOW_MS, isStopped: false });
  return compare(nameOf(one), { actual: verdict, expected: inOurWords(wantedOf(one)) });
}

interface WrittenRunMetric extends WrittenResult {
  readonly name?: string;
  readonly phase?: string;
  readonly lastMeasurement?: string;
  readonly dryRun?: boolean;
}

interface RunCase extends SourcedCase {
  readonly metrics?: readonly (string | WrittenRunMetric)[];
  readonly dryRun?: boolean;
  readonly terminate?: boolean;
  readonly expected: {
    readonly phase?: string;
    readonly metricPhases?: readonly string[];
    readonly message?: string;
    readonly messageNames?: string;
    readonly messageContains?: string;
    readonly dryRunSummary?: Readonly<Record<string, number>>;
    readonly measurements?: number;
  };
  readonly order?: readonly string[];
}

function assessWhole(one: RunCase): CaseOutcome {
  const { title = '', metrics, dryRun = false, terminate = false, expected = {} } = one;
  if (one.order !== undefined) return checkOrder(one, one.order);
  if (/unresolvable argument/.test(title)) return checkArgument(one);
  if (metrics === undefined) return runByWords(one);
  const run = assessEndingRun(
    metrics.map((metric, index) => readRunMetric(metric, { index, dryRun, isStopped: terminate })),
    { isStopped: terminate },
  );
  const messages = [run.detail, ...run.metrics.map(({ detail }) => detail)];
  const observedCount = Object.values(run.observed).reduce((sum, count) => sum + count, 0);
  const { message, messageNames, messageContains } = expected;
  const found = {
    phase: run.verdict,
    metricPhases: run.metrics.map(({ verdict }) => verdict),
    message: messages.find((text) => text === message),
    messageNames: run.detail.startsWith(`${messageNames}:`) ? messageNames : run.detail,
    messageContains: messages.some((text) => text.includes(messageContains ?? '')) ? messageContains : messages,
    dryRunSummary: { count: observedCount, ...run.observed },
  };
  const { expect: ours } = one.ours ?? {};
  if (typeof ours === 'string') return compare(nameOf(one), { actual: run.verdict, expected: wordOf(ours) });
  const wanted = Object.fromEntries(
    Object.entries(ours ?? expected).map(([name, value]) => [
      name,
      name.startsWith('message') ? value : inOurWords(value),
    ]),
  );
  return compare(nameOf(one), {
    actual: Object.fromEntries(Object.entries(found).filter(([name]) => Object.hasOwn(wanted, name))),
    expected: wanted,
  });
}

function readRunMetric(
  written: string | WrittenRunMetric,
  { index, dryRun, isStopped }: { index: number; dryRun: boolean; isStopped: boolean },
): EndingRunMetric {
  const metric = typeof written === 'string' ? { phase: written } : written;
  const { phase, lastMeasurement = phase ?? null } = metric;
  const measured = readMeasured(metric, lastMeasurement);
  const assessed = assessEndingMetric({ limits: { intervalMs: 60_000 }, ...measured }, { nowMs: NOW_MS, isStopped });
  return {
    name: metric.name ?? `metric ${index + 1}`,
    mode: dryRun || metric.dryRun ? 'observe' : 'decide',
    // A metric whose phase is given has it; the counters beside it say why.
    assessment: phase === undefined ? assessed : { verdict: wordOf(phase) as EndingVerdict, detail: assessed.detail },
    isInFlight: lastMeasurement === 'Running',
  };
}

/** From best to worst. */
function checkOrder(one: SourcedCase, order: readonly string[]): CaseOutcome {
  const severities = order.map((word) => severity(wordOf(word) as EndingVerdict));
  const sorted = severities.toSorted((a, b) => a - b);
  return compare(nameOf(one), { actual: severities, expected: sorted });
}

/** With us arguments are filled in before there is anything to run, in dry run too. */
function checkArgument(one: SourcedCase): CaseOutcome {
  const template = {
    name: 'needs-an-argument',
    version: 1,
    description: '',
    parameters: { threshold: { type: 'number' } },
    metric: {},
  } as const;
  const expanded = expandPlan(
    { flag: 'flag', treatment: 'on', control: 'off', guards: [{ template: template.name, mode: 'observe' }] },
    {
      presentVariation: () => 'off',
      findTemplate: () => template,
      readMetric: () => ({ flaw: 'no metric' }),
      countAttempt: () => 1,
    },
  );
  const phase = expanded.kind === 'flawed' ? 'error' : 'running';
  return compare(nameOf(one), { actual: { phase }, expected: inOurWords(wantedOf(one)) });
}

/** A run of one metric that is told in words alone: its first measurement, or the end of one that was under way. */
function runByWords(one: RunCase): CaseOutcome {
  const { title = '', terminate = false } = one;
  const interval = /interval (\d+)s/.exec(title)?.[1];
  const count = /count (\d+|one)/.exec(title)?.[1];
  const verdict = /completes/.test(title)
    ? 'successful'
    : Object.entries({ good: 'successful', bad: 'failed', inconclusive: 'inconclusive', error: 'error' }).find(
        ([word]) => title.includes(word),
      )?.[1];
  if (verdict === undefined && !/still/.test(title))
    return skipped(one, 'its words say of no measurement what came of it');
  const limits: MetricLimits = {
    ...(interval === undefined ? {} : { intervalMs: Number(interval) * 1_000 }),
    ...(count === undefined ? {} : { count: count === 'one' ? 1 : Number(count) }),
  };
  const begun = { limits, tally: EMPTY_TALLY, ...(/in-flight/.test(title) ? IN_FLIGHT : {}) };
  const { due } = plan([{ name: 'metric', ...begun }], { startedAtMs: NOW_MS });
  const isAnswered = due.length > 0 && verdict !== undefined;
  const metric: EndingMetric = isAnswered
    ? { limits, tally: addMeasurement(EMPTY_TALLY, judged(verdict), { atMs: NOW_MS }) }
    : begun;
  const assessment = assessEndingMetric(metric, { nowMs: NOW_MS, isStopped: terminate });
  const isInFlight = metric.inFlight !== undefined;
  const run = assessEndingRun([{ name: 'metric', mode: 'decide', assessment, isInFlight }], { isStopped: terminate });
  const asked = Object.keys(one.expected);
  const found = { phase: run.verdict, measurements: metric.tally.count };
  return compare(nameOf(one), {
    actual: Object.fromEntries(Object.entries(found).filter(([name]) => asked.includes(name))),
    expected: inOurWords(wantedOf(one)),
  });
}

interface ScheduleCase extends SourcedCase {
  readonly intervalSec?: number;
  readonly lastFinishedSecAgo?: number;
  readonly initialDelaySec?: number;
  readonly startedSecAgo?: number;
  readonly expected: { readonly due?: number | readonly string[]; readonly nextInSec?: number | null };
}

type WordedMetric = EndingMetric & { readonly name: string };

const IN_FLIGHT = { inFlight: { resumeAtMs: null } };

function schedule(one: ScheduleCase): CaseOutcome {
  const { title = '', startedSecAgo, initialDelaySec, expected } = one;
  if (/unparsable/.test(title)) return checkUnparsable(one);
  const said = /started (\d+)s ago/.exec(title)?.[1];
  const startedAgo = startedSecAgo ?? (said === undefined ? undefined : Number(said));
  const hasNoStart = initialDelaySec !== undefined && startedAgo === undefined;
  const planned = plan(metricsOf(one), { startedAtMs: hasNoStart ? null : ago(startedAgo ?? 0) });
  const actual = {
    due: Array.isArray(expected.due) ? planned.due : planned.due.length,
    nextInSec: planned.nextAtMs === null ? null : (planned.nextAtMs - NOW_MS) / 1_000,
  };
  const asked = Object.keys(expected);
  return compare(nameOf(one), {
    actual: Object.fromEntries(Object.entries(actual).filter(([name]) => asked.includes(name))),
    expected: wantedOf(one),
  });
}

/** The metrics of a case, from its fields and from the words of its title. */
function metricsOf({ title = '', ...one }: ScheduleCase): readonly WordedMetric[] {
  const number = (pattern: RegExp) => {
    const digits = pattern.exec(title)?.[1];
    return digits === undefined ? undefined : digits === 'one' ? 1 : Number(digits);
  };
  const interval = one.intervalSec ?? number(/interval (\d+)s/);
  const delay = one.initialDelaySec ?? number(/delay (\d+)s/);
  const count = number(/count (\d+|one)/);
  const limits: MetricLimits = {
    ...(interval === undefined ? {} : { intervalMs: interval * 1_000 }),
    ...(delay === undefined ? {} : { initialDelayMs: delay * 1_000 }),
    ...(count === undefined ? {} : { count }),
  };
  const metric = (name: string, tally: MetricTally): WordedMetric => ({ name, limits, tally });
  const flying = (name: string, resumeAtMs: number | null): WordedMetric => ({
    ...metric(name, EMPTY_TALLY),
    inFlight: { resumeAtMs },
  });
  const measured = (verdict: MeasurementVerdict['verdict'], atMs: number) =>
    addMeasurement(EMPTY_TALLY, judged(verdict), { atMs });

  const resumes = [...title.matchAll(/(\d+)s (ahead|behind)/g)];
  if (resumes.length > 0) {
    return resumes.map(([, seconds, side = '']) => flying(side, ago(Number(seconds) * (side === 'ahead' ? -1 : 1))));
  }
  if (/\berror/.test(title)) {
    const errorAgo = number(/error\w* (\d+)s ago/) ?? one.lastFinishedSecAgo ?? 0;
    return [metric('metric', measured('error', ago(errorAgo)))];
  }
  const finishes = /\(([\d\s,sand]+) ago/.exec(title)?.[1]?.match(/\d+/g);
  if (finishes) return finishes.map((seconds) => metric(seconds, measured('successful', ago(Number(seconds)))));
  if (/in.?flight|still running|incomplete/.test(title)) return [flying('metric', null)];
  if (/failed/.test(title)) return [metric('failed', measured('failed', ago(120))), metric('sibling', EMPTY_TALLY)];
  if (/completed|done|no interval/.test(title)) return [metric('metric', measured('successful', ago(120)))];
  if (one.lastFinishedSecAgo !== undefined)
    return [metric('metric', measured('successful', ago(one.lastFinishedSecAgo)))];
  return Array.from({ length: /two metrics/.test(title) ? 2 : 1 }, (_, index) =>
    metric(`metric ${index}`, EMPTY_TALLY),
  );
}

function plan(metrics: readonly WordedMetric[], { startedAtMs }: { startedAtMs: number | null }) {
  const planned = metrics.map((metric) => {
    const { verdict } = assessEndingMetric(metric, { nowMs: NOW_MS, isStopped: false });
    return { mode: 'decide', ...metric, verdict } as const;
  });
  return planEndingRun(planned, { startedAtMs, nowMs: NOW_MS });
}

function ago(seconds: number): number {
  return NOW_MS - seconds * 1_000;
}

/** With us limits are in milliseconds: what cannot be read as such is refused when it is written. */
function checkUnparsable(one: SourcedCase): CaseOutcome {
  const flaws = findLimitsFlaws({ failureCondition: 'result > 1', intervalMs: 60_000, initialDelayMs: Number.NaN });
  const actual = flaws.some(({ field }) => field === 'initialDelayMs') ? 'spec rejected at admission' : 'accepted';
  return compare(nameOf(one), { actual, expected: wantedOf(one) });
}

interface EvaluateCase extends SourcedCase {
  readonly successCondition?: string | null;
  readonly failureCondition?: string | null;
  readonly result: unknown;
}

function evaluateConditions(one: EvaluateCase): CaseOutcome {
  const { successCondition, failureCondition, result } = one;
  const { verdict } = judgeMeasurement(
    { ...(successCondition ? { successCondition } : {}), ...(failureCondition ? { failureCondition } : {}) },
    { status: 'ok', value: readValue(result) },
  );
  return compare(nameOf(one), { actual: verdict, expected: inOurWords(wantedOf(one)) });
}

function readValue(written: unknown): MeasuredValue {
  if (Array.isArray(written)) return written.map(readValue);
  const isNumber = written === 'NaN' || written === 'Infinity' || written === '-Infinity';
  // What a file of JSON holds is JSON.
  return isNumber ? readNumber(written) : (written as MeasuredValue);
}

interface RangeCase extends SourcedCase {
  readonly points?: readonly WrittenNumber[];
  readonly min?: number;
  readonly max?: number;
}

/** A query that failed has no points; a range that nobody gave has no condition. */
function holdInRange(one: RangeCase): CaseOutcome {
  const { points, min, max } = one;
  const bounds = [...(min === undefined ? [] : [`# < ${min}`]), ...(max === undefined ? [] : [`# > ${max}`])];
  const limits: MetricLimits = bounds.length === 0 ? {} : { failureCondition: `any(result, ${bounds.join(' || ')})` };
  const measurement: Measurement =
    points === undefined
      ? { status: 'error', class: 'unavailable', message: 'The query failed.' }
      : { status: 'ok', value: points.map(readNumber) };
  const isRefused = findLimitsFlaws(limits).length > 0;
  const verdict = isRefused ? 'error' : judgeMeasurement(limits, measurement).verdict;
  if (typeof one.ours?.expect === 'string') {
    return compare(nameOf(one), { actual: verdict, expected: wordOf(one.ours.expect) });
  }
  const actual = { ok: verdict === 'successful', error: verdict === 'error' };
  return compare(nameOf(one), { actual, expected: one.expected });
}

interface DiagnoseCase extends SourcedCase {
  readonly criteria: readonly (readonly [string, number])[];
  readonly values: readonly WrittenNumber[];
}

/** A request count is a sample; anything else must not be larger than its threshold. */
function diagnose(one: DiagnoseCase): CaseOutcome {
  const { criteria, values } = one;
  const metrics = criteria.map(([name, threshold], index): EndingRunMetric => {
    const isSample = name === 'request_count';
    const limits: MetricLimits = isSample
      ? { successCondition: `result >= ${threshold}`, failureCondition: 'false' }
      : { failureCondition: `result > ${threshold}` };
    const written = values[index];
    const measurement: Measurement =
      written === undefined
        ? { status: 'error', class: 'malformed', message: 'A criterion has no value.' }
        : { status: 'ok', value: readNumber(written) };
    const tally = addMeasurement(EMPTY_TALLY, judgeMeasurement(limits, measurement), { atMs: NOW_MS });
    const ended = { limits: { ...limits, consecutiveErrorLimit: 0 }, tally };
    const assessment = assessEndingMetric(ended, { nowMs: NOW_MS, isStopped: false });
    return { name, mode: isSample ? 'sample' : 'decide', assessment, isInFlight: false };
  });
  const isUnmatched = metrics.length === 0 || values.length > criteria.length;
  const verdict = isUnmatched ? 'error' : assessEndingRun(metrics, { isStopped: false }).verdict;
  const words: Readonly<Record<string, string>> = {
    Healthy: 'successful',
    Unhealthy: 'failed',
    Unknown: 'no_data',
    Inconclusive: 'inconclusive',
  };
  const wanted = String(wantedOf(one));
  return compare(nameOf(one), { actual: verdict, expected: words[wanted] ?? wanted });
}
