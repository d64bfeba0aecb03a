/** The door for metrics with classical limits: what providers measure, judged without a bound on false alarms. */
export { assessMetric, type LimitsVerdict, type MetricAssessment } from './assess-metric.ts';
export { assessRun, type RunAssessment, type RunMetric } from './assess-run.ts';
export type { ConditionTree } from './condition-tree.ts';
export { assessEndingRun, type EndingRunMetric } from './ending-run/assess-ending-run.ts';
export {
  assessEndingMetric,
  type EndingMetric,
  type EndingVerdict,
} from './ending-run/ending-metric.ts';
export { type PlannedMetric, planEndingRun } from './ending-run/plan-ending-run.ts';
export { judgeMeasurement, type MeasurementVerdict } from './judge-measurement.ts';
export { findLimitsFlaws, type LimitsFlaw, type MetricLimits } from './limits.ts';
export {
  checkMeasurement,
  type MeasuredValue,
  type Measurement,
  type NoDataReason,
  type ProviderErrorClass,
} from './measurement.ts';
export { nextMeasurementAtMs } from './next-measurement.ts';
export { type ReadCondition, readCondition } from './read-condition.ts';
export { addMeasurement, EMPTY_TALLY, type LastMeasurement, type MetricTally } from './tally.ts';
export { type ConditionAnswer, testCondition } from './test-condition.ts';
