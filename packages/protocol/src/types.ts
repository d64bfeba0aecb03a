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
export type {
  Applied,
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
export type { Problem, ProblemCode } from './problems.ts';
export type { DecisionView, RolloutView } from './rollout.ts';
export type { PROTOCOL_VERSION } from './version.ts';
