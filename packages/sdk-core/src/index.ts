export type {
  ConditionTrace,
  Context,
  ErrorCode,
  Evaluation,
  Explanation,
  ExplanationStep,
  JsonValue,
  Reason,
} from '@tidegate/evaluation';
export type { Evaluator, ExposureTag, Flag, MakeEvaluator, Segment } from '@tidegate/evaluation/page';
export {
  byKey,
  CALLER_DEFAULT,
  fail,
  pageEvaluator,
  pageUnitHashes,
  unitKeyOf,
  valueFlag,
} from '@tidegate/evaluation/page';
export type { Beat, Delta, DeltaChange, Hello, Resync, Snapshot } from '@tidegate/protocol/types';
export type {
  AnyFlags,
  BooleanFlagKey,
  Branches,
  Client,
  ClientEvents,
  ClientProblem,
  ClientStatus,
  FlagKey,
  Initialized,
  Measurement,
  ValueOf,
  VariationDetail,
  Widened,
} from './client/client-api.ts';
export { type CoreClient, type CoreClientOptions, createCoreClient } from './client/core-client.ts';
export { createListeners } from './client/listeners.ts';
export { runBranch } from './client/run-branch.ts';
export { type HttpOutcome, tellOutcome } from './connection/attempt-request.ts';
export { drawDelayMs, isRefused } from './connection/backoff.ts';
export type { EventOptions } from './events/event-reporter.ts';
export type {
  AbortSignalLike,
  CancelTimer,
  HttpAnswer,
  HttpRequest,
  LogLevel,
  Platform,
  StreamHandlers,
} from './platform.ts';
export { REQUEST_TIMEOUT_MS } from './platform.ts';
export type { Bootstrap } from './rules/bootstrap.ts';
export { cacheName } from './rules/rules-cache.ts';
export { type HeldRules, LOG_WENT_BACK_AFTER_MS } from './rules/rules-store.ts';
export { createWaiters, type Waiters } from './waiters.ts';
export {
  BEAT_INTERVAL_MS,
  EVENTS_PATH,
  MISSING_FLAG,
  OVERRIDE_ANSWER,
  PROTOCOL_VERSION,
  SNAPSHOT_PATH,
  STREAM_PATH,
} from './wire/protocol-values.ts';
