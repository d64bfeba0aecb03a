import type {
  BEAT_INTERVAL_MS as BeatIntervalMs,
  BREAKER_ANSWER as BreakerAnswer,
  EVENTS_PATH as EventsPath,
  MISSING_FLAG as MissingFlag,
  OVERRIDE_ANSWER as OverrideAnswer,
  PROTOCOL_VERSION as ProtocolVersion,
  SNAPSHOT_PATH as SnapshotPath,
  STREAM_PATH as StreamPath,
} from '@tidegate/protocol/types';

/** The protocol's own values, held to it by their literal types: the SDKs import nothing of it that runs. */
export const PROTOCOL_VERSION: typeof ProtocolVersion = 1;
export const SNAPSHOT_PATH: typeof SnapshotPath = '/sdk/v1/snapshot';
export const STREAM_PATH: typeof StreamPath = '/sdk/v1/stream';
export const EVENTS_PATH: typeof EventsPath = '/sdk/v1/events';
export const MISSING_FLAG: typeof MissingFlag = '$missing';
export const BREAKER_ANSWER: typeof BreakerAnswer = '$breaker';
export const OVERRIDE_ANSWER: typeof OverrideAnswer = '$override';
export const BEAT_INTERVAL_MS: typeof BeatIntervalMs = 5_000;
