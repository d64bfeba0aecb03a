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
export type { Metric } from './evidence/metric.ts';
export type { ArmCounts, EvidenceSummary, StratumSummary } from './evidence/summary.ts';
export type { Confirmation, Decision, DecisionInput, RolloutCommand } from './rollout/decision.ts';
export type { Guard, RolloutPlan, RolloutStage } from './rollout/plan.ts';
export type { ActiveState, Actor, Hold, KillCause, RolloutState } from './rollout/state.ts';
export type { GuardAssessment, RolloutAssessment, SampleRatioAssessment, Verdict } from './statistics/assessment.ts';
