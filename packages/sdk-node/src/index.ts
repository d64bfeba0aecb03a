export type {
  AnyFlags,
  Branches,
  Client,
  ClientEvents,
  ClientProblem,
  ClientStatus,
  ConditionTrace,
  Context,
  ErrorCode,
  Evaluation,
  EventOptions,
  Explanation,
  ExplanationStep,
  Initialized,
  JsonValue,
  Measurement,
  Reason,
  VariationDetail,
  Widened,
} from '@tidegate/sdk-core';
export { type ClientOptions, createClient, type FileOptions, type ServerOptions } from './create-client.ts';
export type { Logger } from './node-platform.ts';
