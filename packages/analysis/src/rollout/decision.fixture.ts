import type { EvidenceSummary } from '../evidence/summary.ts';
import type { GuardAssessment, RolloutAssessment } from '../statistics/assessment.ts';
import type { Decision, DecisionInput, RolloutCommand } from './decision.ts';
import type { Hold } from './hold.ts';
import type { RolloutPlan } from './plan.ts';
import type { ActiveState, Actor, RolloutState } from './state.ts';

/** A rollout of three stages of a minute each, at T0 in one of them, and evidence that holds nothing. */
export const T0 = 1_700_000_000_000;
export const ada: Actor = { kind: 'key', id: 'k1', name: 'ada' };

export const plan: RolloutPlan = {
  flagKey: 'new-checkout',
  rule: 'fallthrough',
  treatment: 'on',
  control: 'off',
  unit: 'targetingKey',
  stages: [
    { treatmentPpm: 10_000, dwellMs: 60_000, minUnits: 100 },
    { treatmentPpm: 500_000, dwellMs: 60_000, minUnits: 100, safeRatio: 1.5 },
    { treatmentPpm: 1_000_000, dwellMs: 1_000, minUnits: 100 },
  ],
  bakeMs: 120_000,
  alpha: 0.05,
  guards: [{ metric: 'errors', weight: 1 }],
  noDataMs: 300_000,
  confirmMs: 10_000,
};

export const guard: GuardAssessment = {
  metric: 'errors',
  verdict: 'safe',
  units: { control: 0, treatment: 0 },
  events: { control: 0, treatment: 0 },
  ratio: null,
  ratioInterval: { low: null, high: null },
  logEvidence: 0,
  logSafety: null,
  weight: 1,
  outlook: '',
};

export const healthy: RolloutAssessment = {
  guards: [guard],
  sampleRatio: { verdict: 'running', logEvidence: 0, logThreshold: 6.9, oddsRatio: 1 },
  logEvidence: 0,
  logThreshold: 3,
  verdict: 'safe',
  browserShare: 0,
};

export const harmful: RolloutAssessment = {
  ...healthy,
  guards: [{ ...guard, verdict: 'failed', logEvidence: 3.5 }],
  logEvidence: 3.5,
  verdict: 'failed',
};

/** Enough units in both arms of every stage, the last exposure just now. */
export const plenty: EvidenceSummary = {
  rolloutId: 'r1',
  epoch: 1,
  guards: [{ metric: 'errors', harm: 'up' }],
  strata: [0, 1, 2].map((stageIndex) => ({
    stageIndex,
    formerControlOf: null,
    treatmentShare: 0.5,
    units: { control: stageIndex === 2 ? 0 : 500, treatment: 500 },
    events: {},
  })),
  crossoverCount: 0,
  unmatchedOutcomeCount: 0,
  waitingOutcomeCount: 0,
  browserUnitCount: 0,
  unitCount: 2_500,
  lastExposureAtMs: T0 + 1_000_000_000,
  newestRecordAtMs: T0 + 1_000_000_000,
};

export function at(stageIndex: number, holds: readonly Hold[] = []): ActiveState {
  return {
    kind: stageIndex === 2 ? 'baking' : 'progressing',
    stageIndex,
    stageEnteredAtMs: T0,
    startedAtMs: T0,
    holds,
  };
}

/** A look two minutes after T0, a second after the last one: nothing holds unless said. */
export function look(state: RolloutState, overrides: Partial<DecisionInput> = {}): DecisionInput {
  const nowMs = overrides.nowMs ?? T0 + 120_000;
  return {
    plan,
    state,
    summary: plenty,
    assessment: healthy,
    command: null,
    confirmation: { connectedCount: 3, confirmedCount: 3 },
    nowMs,
    lastLookAtMs: nowMs - 1_000,
    ...overrides,
  };
}

/** In the words of the kinds that need more, the least. */
export function command(kind: RolloutCommand['kind']): RolloutCommand {
  const order = { by: ada, reason: 'because' };
  if (kind === 'jump') return { ...order, kind, stageIndex: 0 };
  return kind === 'approve' || kind === 'reject' ? { ...order, kind, role: 'editor' } : { ...order, kind };
}

export function aborting(revision: number | null): RolloutState {
  const cause = { kind: 'command', by: ada, reason: 'because' } as const;
  return { kind: 'aborting', fromStageIndex: 1, cause, abortedAtMs: T0, revision };
}

export function withStrata(strata: EvidenceSummary['strata']) {
  return { summary: { ...plenty, strata } };
}

export function reasonsOf({ state }: Decision): readonly string[] {
  return 'holds' in state ? state.holds.map(({ reason }) => reason) : [];
}
