export type {
  AnyFlags,
  Bootstrap,
  Branches,
  ClientEvents,
  ClientProblem,
  ClientStatus,
  Context,
  ErrorCode,
  EventOptions,
  Initialized,
  JsonValue,
  Measurement,
  Reason,
  VariationDetail,
  Widened,
} from '@tidegate/sdk-core';
export type { BrowserClient } from './browser-client.ts';
export type { ClientOptions, Logger } from './client-options.ts';
export { createClient } from './create-client.ts';
