/** The zod-free door: what SDKs and pages import, as types only. */

export type {
  CounterColumns,
  DroppedCounts,
  EventAck,
  EventBatch,
  ExposureColumns,
  OutcomeColumns,
  UnitColumns,
} from '@tidegate/analysis';
export type { AccessKeyView, OperatorRole } from './access-key.ts';
export type { ChangeView, DiffStep, HistoryEntry } from './change.ts';
export type { ConnectionView } from './connection.ts';
export type {
  Applied,
  BEAT_INTERVAL_MS,
  Beat,
  Delta,
  DeltaChange,
  EVENTS_PATH,
  Hello,
  Resync,
  SNAPSHOT_PATH,
  Snapshot,
  SnapshotRequest,
  STREAM_PATH,
} from './delivery.ts';
export type { EnvironmentChange, EnvironmentSettings, EnvironmentView } from './environment.ts';
export type { BREAKER_ANSWER, MISSING_FLAG, OVERRIDE_ANSWER } from './event-batch.ts';
export type { FlagDocument, FlagView } from './flag-document.ts';
export type { LayerView } from './layer.ts';
export type { MeasurementView } from './measurement.ts';
export type { MetricView } from './metric.ts';
export type { PageOf } from './page.ts';
export type { Problem, ProblemCode } from './problems.ts';
export type { ProjectView } from './project.ts';
export type { RecentEvents } from './recent-events.ts';
export type { DecisionView, RolloutView } from './rollout.ts';
export type { ScheduleState, ScheduleView } from './schedule.ts';
export type { SegmentView } from './segment.ts';
export type { AdapterView, RolloutTraffic, TrafficWeight } from './traffic-adapter.ts';
export type { FlagUsageView, SdkUsage, StaleFinding, StaleFlag, VariationUsage } from './usage.ts';
export type { PROTOCOL_VERSION } from './version.ts';
