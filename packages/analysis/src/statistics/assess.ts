import { limitKeyOf } from '../evidence/engine-config-of.ts';
import type { ArmCounts, EvidenceSummary, GuardSummary, StratumSummary } from '../evidence/summary.ts';
import type { GuardAssessment, RolloutAssessment, SampleRatioAssessment, Verdict } from './assessment.ts';
import type { GuardReading, SafetyReading } from './engine/read-engine.ts';
import type { GuardSums } from './engine/tick.ts';
import { guardIntervals } from './intervals/summary-intervals.ts';
import type { LabelCounts } from './label-betting.ts';
import { logMeanExp } from './log-mean-exp.ts';
import { outlook } from './outlook.ts';
import { readSummary, type SummaryReading } from './read-summary.ts';
import { assessSampleRatio } from './sample-ratio.ts';
import { worstVerdict } from './verdict.ts';

export interface AssessInput {
  readonly summary: EvidenceSummary;
  readonly guards: readonly AssessedGuard[];
  /** Bound on the probability that a harmless rollout is ever killed: what is left of the plan's for this attempt. */
  readonly alpha: number;
  readonly stageIndex: number;
  readonly stage: { readonly treatmentPpm: number; readonly safeRatio?: number };
  /** Leaves out what is only to look at (ratios, outlooks): nine tenths of the work, and nothing decides by them. */
  readonly toDecideOnly?: true;
}

export interface AssessedGuard {
  readonly metric: string;
  /** Relative; normalised over all guards that decide. */
  readonly weight: number;
  /** `observe` is a dry run: the verdict is what it would be if it decided too, but it adds nothing to the composite. */
  readonly mode?: 'decide' | 'observe';
}

/**
 * What the evidence says of a rollout. A pure function of what was counted: the same summary gives the same assessment,
 * bit for bit.
 *
 * All guards together are one test: the weighted average of their e-values is an e-value whatever their dependence, so
 * the rollout is killed at `logEvidence >= logThreshold = ln(1/alpha)`. A single guard suffices from
 * ln(1/(alpha × weight)) on, which makes this at least as strong as Bonferroni's correction.
 *
 * Evidence of harm comes from all stages: it sums up what the treatment did. Evidence of safety comes from the present
 * stage alone: a stage exists to find what only shows at its size, so what earlier ones proved does not open it.
 */
export function assess(input: AssessInput): RolloutAssessment {
  const { alpha, stageIndex, summary } = input;
  const readOf = (guards: readonly AssessedGuard[]) =>
    readSummary(summary, {
      terms: { alpha, weights: weightsOf(guards, summary) },
      stageIndex,
      safeRatio: input.stage.safeRatio,
    });
  const deciding = input.guards.filter(decides);
  const reading = readOf(deciding);
  const sampleRatio = assessSampleRatio(summary.strata.map(labelsOfUnits), reading.sampleRatio, input);
  const contextOf = (guards: readonly AssessedGuard[], reading: SummaryReading): GuardContext => {
    return { input, alpha, sampleRatio, reading, weightOfAll: guards.reduce((sum, { weight }) => sum + weight, 0) };
  };
  const inEarnest = contextOf(deciding, reading);
  const asIfAllDecided =
    deciding.length === input.guards.length ? inEarnest : contextOf(input.guards, readOf(input.guards));
  const guards = input.guards.map((guard) => assessGuard(guard, decides(guard) ? inEarnest : asIfAllDecided));
  const verdicts = guards.filter((_, index) => decides(input.guards[index])).map(({ verdict }) => verdict);
  return {
    guards,
    sampleRatio,
    logEvidence: reading.logEvidence,
    logThreshold: reading.logThreshold,
    verdict: worstVerdict(verdicts),
    browserShare: summary.unitCount === 0 ? 0 : summary.browserUnitCount / summary.unitCount,
  };
}

/** By the engine's keys. A metric with a limit of its own asks two questions, and halves its weight between them. */
function weightsOf(guards: readonly AssessedGuard[], summary: EvidenceSummary): Readonly<Record<string, number>> {
  const entries = guards.flatMap(({ metric, weight }): [string, number][] =>
    hasLimit(summary, metric)
      ? [
          [metric, weight / 2],
          [limitKeyOf(metric), weight / 2],
        ]
      : [[metric, weight]],
  );
  return Object.fromEntries(entries);
}

function decides(guard: AssessedGuard | undefined): boolean {
  return guard?.mode !== 'observe';
}

function hasLimit({ ticks }: EvidenceSummary, metric: string): boolean {
  return ticks?.config.guards.some(({ key }) => key === limitKeyOf(metric)) ?? false;
}

interface GuardContext {
  readonly input: AssessInput;
  readonly alpha: number;
  readonly reading: SummaryReading;
  readonly sampleRatio: SampleRatioAssessment;
  /** Of all guards that take part. */
  readonly weightOfAll: number;
}

function assessGuard(guard: AssessedGuard, context: GuardContext): GuardAssessment {
  const { input, reading } = context;
  const { stage, summary } = input;
  const known = summary.guards.find(({ metric }) => metric === guard.metric);
  const readings = reading.guards.filter(({ key }) => key === guard.metric || key === limitKeyOf(guard.metric));
  const logEvidence = readings.length === 0 ? 0 : logMeanExp(readings.map(({ logEvidence }) => logEvidence));
  const weight = guard.weight / context.weightOfAll;
  const logThreshold = -Math.log(context.alpha) - Math.log(weight);
  const failed = readings.some(({ kills }) => kills) || logEvidence >= logThreshold;
  const safety = safetyOf(readings, context);
  const { strata } = summary;
  const verdict = verdictOf({
    failed,
    isKnown: known !== undefined,
    isSafe: safety?.isSafe === true,
    comparesOnly: known?.limit === undefined,
    treatmentPpm: stage.treatmentPpm,
    strata,
    ...context,
  });
  const events = strata.map((stratum) => labelsOfEvents(stratum, guard.metric));
  const harm = known?.harm ?? 'up';
  const kind = known?.measure?.kind ?? 'binary';
  return {
    metric: guard.metric,
    verdict,
    units: sumOf(strata.map(({ units }) => units)),
    events: countedOf(known, events),
    ...(input.toDecideOnly ? NOT_SHOWN : ratioOf(guard.metric, summary, { readings, logThreshold })),
    logEvidence,
    logSafety: safety?.logEvidence ?? null,
    weight: decides(guard) ? weight : 0,
    outlook: input.toDecideOnly
      ? ''
      : outlook({
          verdict,
          harm,
          isRate: kind === 'binary',
          isUnseen: kind !== 'binary' && kind !== 'histogram' && readings.every(({ score }) => score === null),
          units: strata.filter(isCoin).map(labelsOfUnits),
          events: events.filter(isCoin),
          treatmentShare: stage.treatmentPpm / 1_000_000,
          logEvidence,
          logThreshold,
          safety: safety === null ? null : { ...safety, logSafety: safety.logEvidence },
        }),
  };
}

const NOT_SHOWN: Pick<GuardAssessment, 'ratio' | 'ratioInterval'> = {
  ratio: null,
  ratioInterval: { low: null, high: null },
};

/** Of rates and means. It says what the comparison of the arms says, whatever a limit of the same metric does. */
function ratioOf(
  metric: string,
  summary: EvidenceSummary,
  of: { readonly readings: readonly GuardReading[]; readonly logThreshold: number },
): Pick<GuardAssessment, 'ratio' | 'ratioInterval'> {
  const relative = of.readings.find(({ key }) => key === metric);
  const logThreshold = relative?.logThreshold ?? of.logThreshold;
  const isHarmShown = relative !== undefined && relative.logEvidence >= logThreshold;
  const shown = guardIntervals(metric, summary, { logThreshold, isHarmShown });
  if (shown?.kind !== 'effect') return { ratio: null, ratioInterval: { low: null, high: null } };
  const { estimate, low, high } = shown.ratio;
  return { ratio: estimate, ratioInterval: { low, high } };
}

/** Null without a margin, and at 100 %, where no control is left to be no worse than. */
function safetyOf(readings: readonly GuardReading[], { input, reading }: GuardContext): SafetyReading | null {
  if (input.stage.treatmentPpm >= FULL_PPM) return null;
  const safety = readings.find(({ safety }) => safety !== null)?.safety ?? null;
  if (safety === null || reading.stageIndex === input.stageIndex) return safety;
  return { ...safety, logEvidence: 0, isSafe: false };
}

function verdictOf(of: {
  failed: boolean;
  isKnown: boolean;
  isSafe: boolean;
  comparesOnly: boolean;
  treatmentPpm: number;
  sampleRatio: SampleRatioAssessment;
  strata: readonly StratumSummary[];
}): Verdict {
  if (of.failed) return 'failed';
  if (!of.isKnown) return 'error';
  // Arms that are not the groups they were designed to be prove nothing, least of all safety.
  if (of.sampleRatio.verdict === 'failed') return 'inconclusive';
  if (of.treatmentPpm >= FULL_PPM) return withoutControl(of);
  const exposed = sumOf(of.strata.filter(isCoin).map(({ units }) => units));
  if (exposed.control === 0 || exposed.treatment === 0) return 'no_data';
  return of.isSafe ? 'safe' : 'running';
}

/** Who compares has nobody to compare with; a limit asks for treated units alone. */
function withoutControl({
  comparesOnly,
  strata,
}: {
  comparesOnly: boolean;
  strata: readonly StratumSummary[];
}): Verdict {
  if (comparesOnly) return 'no_control';
  return strata.some(({ units }) => units.treatment > 0) ? 'running' : 'no_data';
}

const FULL_PPM = 1_000_000;

/** Units that counted, or for other kinds than rates those of which something was measured. */
function countedOf(guard: GuardSummary | undefined, events: readonly LabelCounts[]): ArmCounts {
  const sums = guard?.sums;
  if (sums === undefined || sums.control.kind === 'rate') return sumOf(events);
  return { control: measuredOf(sums.control), treatment: measuredOf(sums.treatment) };
}

function measuredOf(sums: GuardSums): number {
  switch (sums.kind) {
    case 'rate':
      return sums.events;
    case 'histogram':
      return Object.values(sums.bins).reduce((sum, count) => sum + count, 0);
    case 'mean':
      return sums.sumSquares === 0 ? 0 : sums.units;
    case 'ratio':
      return sums.sumYY + sums.sumZZ === 0 ? 0 : sums.units;
    default:
      return sums satisfies never;
  }
}

function labelsOfUnits({ treatmentShare, units }: StratumSummary): LabelCounts {
  return { treatmentShare, ...units };
}

function labelsOfEvents({ treatmentShare, events }: StratumSummary, metric: string): LabelCounts {
  return { treatmentShare, ...(events[metric] ?? { control: 0, treatment: 0 }) };
}

function isCoin({ treatmentShare }: { readonly treatmentShare: number }): boolean {
  return treatmentShare > 0 && treatmentShare < 1;
}

function sumOf(counts: readonly ArmCounts[]): ArmCounts {
  return {
    control: counts.reduce((sum, { control }) => sum + control, 0),
    treatment: counts.reduce((sum, { treatment }) => sum + treatment, 0),
  };
}
