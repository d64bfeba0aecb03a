import type { ArmCounts, EvidenceSummary, StratumSummary } from '../evidence/summary.ts';
import type { GuardAssessment, RolloutAssessment, SampleRatioAssessment, Verdict } from './assessment.ts';
import { estimateRatio } from './estimate-ratio.ts';
import { ratioInterval } from './intervals/ratio-interval.ts';
import { type LabelCounts, logEvidenceOfRatios, logSafety, ratiosOf } from './label-betting.ts';
import { logSumExp } from './log-mean-exp.ts';
import { outlook } from './outlook.ts';
import { assessSampleRatio } from './sample-ratio.ts';
import { worstVerdict } from './verdict.ts';

export interface AssessInput {
  readonly summary: EvidenceSummary;
  /** Weights are relative; they are normalised over all guards given. */
  readonly guards: readonly { readonly metric: string; readonly weight: number }[];
  /** Bound on the probability that a harmless rollout is ever killed. */
  readonly alpha: number;
  readonly stageIndex: number;
  readonly stage: { readonly treatmentPpm: number; readonly safeRatio?: number };
}

/**
 * Being wrong here only raises the share too early, while the guards stay armed; so it may be likelier than a false
 * kill.
 */
const SAFETY_ALPHA = 0.1;

/**
 * What the evidence says of a rollout. A pure function of sums: the same summary gives the same assessment, bit for bit.
 *
 * All guards together are one test: the weighted average of their e-values is an e-value whatever their dependence, so
 * the rollout is killed at `logEvidence >= logThreshold = ln(1/alpha)`. A single guard suffices from
 * ln(1/(alpha × weight)) on, which makes this at least as strong as Bonferroni's correction.
 *
 * Evidence of harm comes from all stages: it sums up what the treatment did. Evidence of safety comes from the present
 * stage alone: a stage exists to find what only shows at its size, so what earlier ones proved does not open it.
 */
export function assess(input: AssessInput): RolloutAssessment {
  const { summary } = input;
  const sampleRatio = assessSampleRatio(summary.strata.map(labelsOfUnits));
  const logThreshold = Math.log(1 / input.alpha);
  const total = input.guards.reduce((sum, { weight }) => sum + weight, 0);
  const shares = input.guards.map(({ metric, weight }) => shareOf(input, { metric, weight: weight / total }));
  const composite = shares.length === 0 ? 0 : logSumExp(shares.map(({ logShare }) => logShare));
  const largest = Math.max(...shares.map(({ logShare }) => logShare));
  const guards = shares.map((share) => {
    const failed = share.logShare >= logThreshold || (composite >= logThreshold && share.logShare === largest);
    return assessGuard(input, share, { failed, sampleRatio });
  });
  return {
    guards,
    sampleRatio,
    logEvidence: composite,
    logThreshold,
    verdict: worstVerdict(guards.map(({ verdict }) => verdict)),
    browserShare: summary.unitCount === 0 ? 0 : summary.browserUnitCount / summary.unitCount,
  };
}

interface GuardShare {
  readonly metric: string;
  readonly weight: number;
  /** Undefined when the epoch collects nothing for the metric; then it can neither kill nor clear. */
  readonly harm: 'up' | 'down' | undefined;
  readonly events: readonly LabelCounts[];
  readonly logEvidence: number;
  /** ln(weight × e-value): what the guard adds to the composite. */
  readonly logShare: number;
}

function shareOf(input: AssessInput, guard: { metric: string; weight: number }): GuardShare {
  const harm = input.summary.guards.find(({ metric }) => metric === guard.metric)?.harm;
  const events = input.summary.strata.map((stratum) => labelsOfEvents(stratum, guard.metric));
  const logEvidence = harm === undefined ? 0 : logEvidenceOfRatios(events, ratiosOf(harm));
  return { ...guard, harm, events, logEvidence, logShare: Math.log(guard.weight) + logEvidence };
}

function assessGuard(
  input: AssessInput,
  share: GuardShare,
  context: { failed: boolean; sampleRatio: SampleRatioAssessment },
): GuardAssessment {
  const { summary, stage } = input;
  const { events, harm, logEvidence } = share;
  const logThreshold = Math.log(1 / (input.alpha * share.weight));
  const safety = safetyOf(input, share);
  const isSafe = safety !== null && safety.logSafety >= safety.logThreshold;
  const verdict = verdictOf({ ...context, isKnown: harm !== undefined, isSafe, strata: summary.strata });
  return {
    metric: share.metric,
    verdict,
    units: sumOf(summary.strata.map(({ units }) => units)),
    events: sumOf(events),
    ratio: estimateRatio(events),
    ratioInterval: ratioInterval(events, logThreshold),
    logEvidence,
    logSafety: safety?.logSafety ?? null,
    weight: share.weight,
    outlook: outlook({
      verdict,
      harm: harm ?? 'up',
      units: summary.strata.filter(isCoin).map(labelsOfUnits),
      events: events.filter(isCoin),
      treatmentShare: stage.treatmentPpm / 1_000_000,
      logEvidence,
      logThreshold,
      safety,
    }),
  };
}

/** Null without a margin, and at 100 %, where no control is left to be no worse than. */
function safetyOf(
  input: AssessInput,
  share: GuardShare,
): { margin: number; logSafety: number; logThreshold: number } | null {
  const margin = input.stage.safeRatio;
  if (margin === undefined || share.harm === undefined || input.stage.treatmentPpm >= 1_000_000) return null;
  const events = input.summary.strata
    .filter(({ stageIndex }) => stageIndex === input.stageIndex)
    .map((stratum) => labelsOfEvents(stratum, share.metric));
  return { margin, logSafety: logSafety(events, margin), logThreshold: Math.log(1 / SAFETY_ALPHA) };
}

function verdictOf(of: {
  failed: boolean;
  isKnown: boolean;
  isSafe: boolean;
  sampleRatio: SampleRatioAssessment;
  strata: readonly StratumSummary[];
}): Verdict {
  if (of.failed) return 'failed';
  if (!of.isKnown) return 'error';
  // Arms that are not the groups they were designed to be prove nothing, least of all safety.
  if (of.sampleRatio.verdict === 'failed') return 'inconclusive';
  const exposed = sumOf(of.strata.filter(isCoin).map(({ units }) => units));
  if (exposed.control === 0 || exposed.treatment === 0) return 'no_data';
  return of.isSafe ? 'safe' : 'running';
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
