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
export { pageEvaluator, pageUnitHashes, valueFlag } from '@tidegate/evaluation/page';
export type { Hello } from '@tidegate/protocol/types';
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
export { type CoreClient, type CoreClientOptions, createCoreClient, type FirstRules } from './client/core-client.ts';
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
export type { HeldRules } from './rules/rules-store.ts';
export { OVERRIDE_ANSWER, STREAM_PATH } from './wire/protocol-values.ts';
