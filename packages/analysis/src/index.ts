export { applyRecord } from './evidence/apply-record.ts';
export type { EpochGuard, EpochPlan, LogRecord } from './evidence/epoch.ts';
export type {
  CounterColumns,
  DroppedCounts,
  EventAck,
  EventBatch,
  ExposureColumns,
  OutcomeColumns,
  UnitColumns,
} from './evidence/event-batch.ts';
export { eventOfFlag } from './evidence/event-of-flag.ts';
export {
  createEvidence,
  DEFAULT_EVIDENCE_LIMITS,
  type EvidenceHealth,
  type EvidenceLimits,
  type EvidenceOptions,
  type EvidenceState,
  healthOf,
  type PositionPpm,
} from './evidence/evidence-state.ts';
export type { Metric } from './evidence/metric.ts';
export { restoreEvidence } from './evidence/restore-evidence.ts';
export { serializeEvidence } from './evidence/serialize-evidence.ts';
export { summarize } from './evidence/summarize.ts';
export type { ArmCounts, EvidenceSummary, StratumSummary } from './evidence/summary.ts';
export { decide } from './rollout/decide.ts';
export type { Confirmation, Decision, DecisionInput, RolloutCommand } from './rollout/decision.ts';
export { DOWNTIME_MS } from './rollout/was-down.ts';
export type { Guard, RolloutPlan, RolloutStage } from './rollout/plan.ts';
export { stageIndexOf } from './rollout/stage-index-of.ts';
export type { ActiveState, Actor, Hold, KillCause, RolloutState } from './rollout/state.ts';
export { type AssessInput, assess } from './statistics/assess.ts';
export type { GuardAssessment, RolloutAssessment, SampleRatioAssessment, Verdict } from './statistics/assessment.ts';
export {
  type AsymptoticSequenceInput,
  asymptoticHalfWidth,
  asymptoticP,
  asymptoticRho,
} from './statistics/intervals/asymptotic-sequence.ts';
export { distributionRadius } from './statistics/intervals/distribution-band.ts';
export { logEvidenceOfRatios, logSafety } from './statistics/label-betting.ts';
export { logSumExp } from './statistics/log-mean-exp.ts';
export { type InformationBoundInput, informationBound } from './statistics/planning/information-bound.ts';
export { severity, worstVerdict } from './statistics/verdict.ts';
