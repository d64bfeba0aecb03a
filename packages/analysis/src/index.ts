export { applyRecord } from './evidence/apply-record.ts';
export { limitKeyOf } from './evidence/engine-config-of.ts';
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
export type { Measure, Metric } from './evidence/metric.ts';
export { restoreEvidence } from './evidence/restore-evidence.ts';
export { type SdkHealth, sdkHealthOf } from './evidence/sdk-health.ts';
export { serializeEvidence, serializeInParts } from './evidence/serialize-evidence.ts';
export { summarize } from './evidence/summarize.ts';
export { type StageStratum, summarizeStage } from './evidence/summarize-stage.ts';
export type {
  ArmCounts,
  EvidenceSummary,
  GuardSummary,
  StratumSummary,
  TickSummary,
} from './evidence/summary.ts';
export { attemptShare } from './plans/attempt-alpha.ts';
export { activeOf } from './rollout/active-of.ts';
export { assessRollout } from './rollout/assess-rollout.ts';
export { type CapInForce, capsInForce } from './rollout/caps-in-force.ts';
export { decide } from './rollout/decide.ts';
export {
  type AppliedWeight,
  type Confirmation,
  type Decision,
  type DecisionInput,
  type EnvironmentFreeze,
  type GateAnswer,
  type RolloutCommand,
  RULES_VERSION,
} from './rollout/decision.ts';
export { dueWeightPpm } from './rollout/due-weight.ts';
export { gatesBefore } from './rollout/gate-holds.ts';
export { type Hold, type HoldReason, isBlocking, isSameHold, type Releaser } from './rollout/hold.ts';
export type {
  Gate,
  Guard,
  Hook,
  ProviderGuard,
  RaiseWindow,
  RolloutPlan,
  RolloutStage,
  TrafficTarget,
} from './rollout/plan.ts';
export { type Recomputation, recomputeDecision } from './rollout/recompute-decision.ts';
export { retell } from './rollout/retell.ts';
export { type GroupScore, type RolloutScore, scoreOf } from './rollout/score.ts';
export { stageIndexOf } from './rollout/stage-index-of.ts';
export type { Acceptance, ActiveState, Actor, Approval, KillCause, Lowering, RolloutState } from './rollout/state.ts';
export { type Goal, verdictOf } from './rollout/verdict-of.ts';
export { DOWNTIME_MS } from './rollout/was-down.ts';
export { type AssessInput, assess } from './statistics/assess.ts';
export type { GuardAssessment, RolloutAssessment, SampleRatioAssessment, Verdict } from './statistics/assessment.ts';
export type {
  DistributionGuard,
  EngineConfig,
  EngineGuard,
  HarmDirection,
  LimitGuard,
  MeanGuard,
  RateGuard,
} from './statistics/engine/engine-config.ts';
export { createEngine, type EngineState } from './statistics/engine/engine-state.ts';
export { foldTick, peekTick } from './statistics/engine/fold-tick.ts';
export { mergeTicks } from './statistics/engine/merge-ticks.ts';
export {
  type EngineReading,
  type EngineTerms,
  type GuardReading,
  readEngine,
  type SafetyReading,
} from './statistics/engine/read-engine.ts';
export type {
  ArmPair,
  GuardSums,
  HistogramSums,
  MeanSums,
  RateSums,
  RatioSums,
  Tick,
  TickStratum,
} from './statistics/engine/tick.ts';
export {
  type AsymptoticSequenceInput,
  asymptoticHalfWidth,
  asymptoticInterval,
  asymptoticP,
  asymptoticRho,
} from './statistics/intervals/asymptotic-sequence.ts';
export { type DistributionIntervals, distributionIntervals } from './statistics/intervals/distribution-intervals.ts';
export { distributionRadius } from './statistics/intervals/distribution-radius.ts';
export type {
  EffectIntervals,
  EstimatedInterval,
  GuardVerdict,
  Interval,
} from './statistics/intervals/interval.ts';
export { limitInterval } from './statistics/intervals/limit-interval.ts';
export { meanIntervals } from './statistics/intervals/mean-intervals.ts';
export { type QuantileBand, quantileBand } from './statistics/intervals/quantile-band.ts';
export { type RateStratum, rateIntervals } from './statistics/intervals/rate-intervals.ts';
export { type ShareCounts, shareInterval } from './statistics/intervals/share-interval.ts';
export { type GuardIntervals, guardIntervals, summaryIntervals } from './statistics/intervals/summary-intervals.ts';
export { logEvidenceOfRatios, logSafety } from './statistics/label-betting.ts';
export { logSumExp } from './statistics/log-mean-exp.ts';
export { type Baseline, effectOfRatio } from './statistics/planning/baseline.ts';
export { type InformationBoundInput, informationBound } from './statistics/planning/information-bound.ts';
export { type Effect, informationPerUnit, type MeanAndVariance } from './statistics/planning/information-per-unit.ts';
export {
  boundOfRamp,
  forecastKill,
  type KillForecast,
  type StageTraffic,
} from './statistics/planning/kill-forecast.ts';
export {
  type ForecastGuard,
  type ForecastInput,
  type ForecastStage,
  forecastRollout,
  type GuardForecast,
  type StageForecast,
} from './statistics/planning/rollout-forecast.ts';
export { smallestHarm } from './statistics/planning/smallest-harm.ts';
export { alphaOfAttempt, alphaOfTreatments } from './statistics/share-alpha.ts';
export { severity, worstVerdict } from './statistics/verdict.ts';
