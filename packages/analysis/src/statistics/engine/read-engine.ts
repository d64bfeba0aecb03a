import { logSumExp } from '../log-mean-exp.ts';
import type { EngineConfig, EngineGuard } from './engine-config.ts';
import type { EngineState, GuardState } from './engine-state.ts';
import { HISTOGRAM_BET_WEIGHTS } from './histogram-winnings.ts';
import { type MeanReading, readMean } from './read-mean.ts';
import { logEvidenceOfMismatch } from './sample-ratio-bets.ts';

/** What the evidence is held against. None of it is in the state, so it may change, and be read with several. */
export interface EngineTerms {
  /** Bound on the probability that a harmless treatment is ever killed, over all guards and looks. */
  readonly alpha: number;
  /**
   * By guard key, relative. A guard without weight is read, but adds nothing and kills nothing; a weight without a guard
   * is not bet, so it counts with an e-value of 1.
   */
  readonly weights: Readonly<Record<string, number>>;
  /** Of a mismatch declared by chance, ever. It stops the ramp and calls a person, so it must be rare. */
  readonly alphaSampleRatio?: number;
  /** Of a stage shown safe that is harmful by its margin. It costs no more than a ramp that is too early. */
  readonly alphaRamp?: number;
}

const ALPHA_SAMPLE_RATIO = 0.001;
export const ALPHA_RAMP = 0.1;

export interface EngineReading {
  /** ln of the weighted average of the guards' e-values; the treatment is killed at `logThreshold`. */
  readonly logEvidence: number;
  readonly logThreshold: number;
  /** The guard that adds most, when the evidence suffices to kill; null otherwise. */
  readonly killedBy: string | null;
  /** In the order of the config. */
  readonly guards: readonly GuardReading[];
  readonly sampleRatio: { readonly logEvidence: number; readonly logThreshold: number; readonly isMismatch: boolean };
}

export interface GuardReading {
  readonly key: string;
  /** Share of the composite, in [0, 1]. */
  readonly weight: number;
  /** ln of the e-value against "does no harm". */
  readonly logEvidence: number;
  /** ln(weight × e-value); null without weight. */
  readonly logShare: number | null;
  /** From which `logEvidence` on the guard kills alone; null without weight. */
  readonly logThreshold: number | null;
  readonly kills: boolean;
  /** The score of means and ratios; null for other kinds and before `minUnits`. */
  readonly score: MeanReading['score'];
  /** Null when the stage in force asks for no proof from this guard. */
  readonly safety: SafetyReading | null;
}

export interface SafetyReading {
  readonly margin: number;
  /** ln of the e-value against "harmful by the margin", from the stage in force. */
  readonly logEvidence: number;
  readonly logThreshold: number;
  readonly isSafe: boolean;
}

/**
 * The composite: the weighted average of e-values is an e-value whatever their dependence, so the probability that it
 * ever reaches 1/alpha is at most alpha. A guard suffices alone from ln(1/(alpha × weight)) on, so this is never weaker
 * than Bonferroni's correction.
 */
export function readEngine(config: EngineConfig, state: EngineState, terms: EngineTerms): EngineReading {
  const { weights } = terms;
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const readings = config.guards.map((guard, index) => {
    const weight = total > 0 && Object.hasOwn(weights, guard.key) ? (weights[guard.key] ?? 0) / total : 0;
    return readGuard(guard, state.guards[index], { state, terms, weight });
  });
  const logShares: number[] = [];
  for (const { logShare } of readings) if (logShare !== null) logShares.push(logShare);
  const largest = Math.max(...logShares);
  const isAnyWeighed = logShares.length > 0;
  const idle = total > 0 ? idleWeight(config, terms) / total : 1;
  if (idle > 0) logShares.push(Math.log(idle));
  const logEvidence = logSumExp(logShares);
  const logThreshold = -Math.log(terms.alpha);
  const isKilled = isAnyWeighed && logEvidence >= logThreshold;
  const guards = isKilled
    ? readings.map((reading) => (reading.logShare === largest ? { ...reading, kills: true } : reading))
    : readings;
  const ofMismatch = logEvidenceOfMismatch(state.sampleRatio);
  const mismatchThreshold = -Math.log(terms.alphaSampleRatio ?? ALPHA_SAMPLE_RATIO);
  return {
    logEvidence,
    logThreshold,
    killedBy: isKilled ? (guards.find(({ logShare }) => logShare === largest)?.key ?? null) : null,
    guards,
    sampleRatio: {
      logEvidence: ofMismatch,
      logThreshold: mismatchThreshold,
      isMismatch: ofMismatch >= mismatchThreshold,
    },
  };
}

/** Of guards that the engine does not know. */
function idleWeight({ guards }: EngineConfig, { weights }: EngineTerms): number {
  let idle = 0;
  for (const [key, weight] of Object.entries(weights)) if (guards.every((guard) => guard.key !== key)) idle += weight;
  return idle;
}

function readGuard(
  guard: EngineGuard,
  guardState: GuardState | undefined,
  of: { readonly state: EngineState; readonly terms: EngineTerms; readonly weight: number },
): GuardReading {
  const { state, terms, weight } = of;
  if (guardState === undefined) throw new Error(`The engine's state is not of this config: no guard ${guard.key}.`);
  const logWeight = weight > 0 ? Math.log(weight) : null;
  const logThreshold = logWeight === null ? null : -Math.log(terms.alpha) - logWeight;
  const margin = guard.kind === 'limit' ? null : (guard.margins?.[state.stageIndex] ?? null);
  const read = readEvidence(guard, guardState, { reserve: state.reserve, margin, logThreshold });
  const { logEvidence } = read;
  const logShare = logWeight === null ? null : logWeight + logEvidence;
  return {
    key: guard.key,
    weight,
    logEvidence,
    logShare,
    logThreshold,
    kills: logThreshold !== null && logEvidence >= logThreshold,
    score: read.score,
    safety: margin === null ? null : safetyOf(read.logSafety, { margin, alphaRamp: terms.alphaRamp ?? ALPHA_RAMP }),
  };
}

function readEvidence(
  guard: EngineGuard,
  state: GuardState,
  of: { readonly reserve: number; readonly margin: number | null; readonly logThreshold: number | null },
): MeanReading {
  if (state.kind !== 'mean') {
    const logSafety = state.kind === 'limit' ? 0 : state.logSafety;
    return { logEvidence: logEvidenceOfBets(state, of.reserve), score: null, logSafety };
  }
  if (guard.kind === 'mean' || guard.kind === 'ratio') return readMean(state, { ...of, guard });
  throw new Error(`The engine's state is not of this config: guard ${guard.key} is a ${guard.kind}.`);
}

/** What all bets of a guard have won, with the capital that is not bet yet. */
function logEvidenceOfBets(state: Exclude<GuardState, { kind: 'mean' }>, reserve: number): number {
  const logWeights = state.kind === 'histogram' ? LOG_HISTOGRAM_WEIGHTS : null;
  const equal = -Math.log(state.logCapitals.length);
  const weighted = (log: number, bet: number) => log + (logWeights?.[bet] ?? equal);
  const logs = state.logCapitals.map(weighted);
  if (state.kind === 'limit') logs.push(...(state.logRestarted ?? []).map(weighted));
  if (reserve > 0) logs.push(Math.log(reserve));
  return logSumExp(logs);
}

const LOG_HISTOGRAM_WEIGHTS = HISTOGRAM_BET_WEIGHTS.map(Math.log);

function safetyOf(
  logEvidence: number,
  { margin, alphaRamp }: { readonly margin: number; readonly alphaRamp: number },
): SafetyReading {
  const logThreshold = -Math.log(alphaRamp);
  return { margin, logEvidence, logThreshold, isSafe: logEvidence >= logThreshold };
}
