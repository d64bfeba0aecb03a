export type {
  Applied,
  Beat,
  Delta,
  DeltaChange,
  Hello,
  Resync,
  Snapshot,
  SnapshotRequest,
} from './delivery.ts';
export { EVENTS_PATH, SNAPSHOT_PATH, STREAM_PATH } from './delivery.ts';
export { BATCH_BYTES_MAX, BATCH_ROWS_MAX, eventBatchSchema } from './event-batch.ts';
export type { Problem, ProblemCode } from './problems.ts';
export { PROBLEMS } from './problems.ts';
export type { DecisionView, RolloutView } from './rollout.ts';
export { GUARDS_MAX, rolloutCommandSchema, rolloutPlanSchema, STAGES_MAX } from './rollout.ts';
export { PROTOCOL_VERSION } from './version.ts';
