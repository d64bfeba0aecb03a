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
export { pageEvaluator, pageUnitHashes } from '@tidegate/evaluation/page';
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
export { CoreClient, type CoreClientOptions } from './client/core-client.ts';
export type { EventOptions } from './events/event-reporter.ts';
export type {
  CancelTimer,
  HttpOutcome,
  HttpRequest,
  LogLevel,
  Platform,
  Stream,
  StreamHandlers,
  TextCache,
} from './platform.ts';
export type { HeldRules } from './rules/held-rules.ts';
export { STREAM_PATH } from './wire/protocol-values.ts';
