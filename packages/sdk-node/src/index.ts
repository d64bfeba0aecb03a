export type {
  AnyFlags,
  Bootstrap,
  Branches,
  ClientProblem,
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
export type { BootstrapOptions } from './bootstrap.ts';
export type { BreakerLimits } from './breaker/breaker-state.ts';
export type { BreakerChange, BreakerOptions, BreakerStatus } from './breaker/breakers.ts';
export { type ClientOptions, createClient, type FileOptions, type ServerOptions } from './create-client.ts';
export type { Migration, MigrationSteps, Written } from './migration/migration.ts';
export type { MigrationStage } from './migration/migration-stage.ts';
export type {
  NodeClient as Client,
  NodeClientEvents as ClientEvents,
  NodeClientStatus as ClientStatus,
  RunOptions,
} from './node-client.ts';
export type { Logger } from './node-platform.ts';
export type { Overrides } from './overrides/override-token.ts';
export type { RolloutState } from './rollout-state.ts';
export type { ShadowPair } from './shadow/shadow.ts';
export type { ShadowLimits, ShadowStatus } from './shadow/shadow-queue.ts';
