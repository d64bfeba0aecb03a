import type {
  AnyFlags,
  BooleanFlagKey,
  Bootstrap,
  Branches,
  Client,
  ClientEvents,
  ClientStatus,
  Context,
  CoreClient,
  FlagKey,
  Platform,
} from '@tidegate/sdk-core';
import { createListeners, explainWith } from '@tidegate/sdk-core/complete';
import { type BootstrapOptions, makeBootstrap } from './bootstrap.ts';
import {
  type BreakerChange,
  type BreakerOptions,
  type BreakerStatus,
  breakerLimits,
  createBreakers,
} from './breaker/breakers.ts';
import { runGuarded } from './breaker/run-guarded.ts';
import { type Migration, type MigrationSteps, migrate } from './migration/migration.ts';
import { isMigrationStage } from './migration/migration-stage.ts';
import { overriddenClient } from './overrides/overridden-client.ts';
import type { Overrides } from './overrides/override-token.ts';
import { type RolloutState, rolloutStateOf } from './rollout-state.ts';
import { runReported, serveReported } from './serve-reported.ts';
import { type ShadowPair, withShadow } from './shadow/shadow.ts';
import { createShadowQueue, type ShadowLimits, type ShadowStatus } from './shadow/shadow-queue.ts';

/** The client of a server: what every client does, and what code needs that moves a system and not only a page. */
export interface NodeClient<F extends object = AnyFlags> extends Client<F> {
  /**
   * As `Client.run`, under a circuit breaker: when treatment keeps failing in this process, control runs in its place
   * until a call that tries treatment again succeeds. It needs no server, and reports who was given control for its
   * sake to no analysis: a forced answer is not a random one.
   */
  run<T>(flagKey: BooleanFlagKey<F>, context: Context, branches: Branches<T>, options?: RunOptions): T;
  /**
   * A dark launch: gives back what `control` gives, as soon as ever, and where the boolean flag is true runs `candidate`
   * afterwards and compares. Who is shadowed is for the flag to say: its splits and rollouts take units by their hash.
   * While a rollout measures the unit, `$candidate-duration:FLAG` (ms), `$candidate-error:FLAG` and `$mismatch:FLAG` are
   * reported beside what `run` reports, which is about control in both arms: what the shadow costs the caller.
   */
  shadow<T>(flagKey: BooleanFlagKey<F>, context: Context, pair: ShadowPair<T>): T;
  /** How far the rollout of a flag has come, in the rules that this process holds; null where there is none. */
  rolloutState(flagKey: FlagKey<F>): RolloutState | null;
  /**
   * The way of one unit through a move from an old store to a new one, at the stage that a string flag serves. While a
   * rollout measures the unit, reads report `$duration:FLAG`, writes `$write-duration:FLAG`, both `$error:FLAG`; the side
   * that is only compared reports as a candidate of `shadow` does, and the second write `$second-write-error:FLAG`.
   */
  migration<R, W>(flagKey: FlagKey<F>, context: Context, steps: MigrationSteps<R, W>): Migration<R, W>;
  /**
   * The same client, but for flags whose variation is decided already: for requests of people who test. What it serves
   * so is counted as `$override` and is no exposure, and nothing that `measure` or `run` would report is reported.
   * Shadows and migrations are not overridden: a stranger's header decides what one is shown, not where data goes.
   */
  withOverrides(overrides: Overrides): NodeClient<F>;
  /**
   * What a page needs for its first answers, for `createClient({ bootstrap })` of the browser SDK: the values of the flags
   * that browsers may have. It is JSON, for whoever has the page to read. Counts nothing, and
   * exposes to nothing but what is `served`; overrides are not in it. Undefined before the first rules.
   */
  bootstrap(context: Context, options?: BootstrapOptions): Bootstrap | undefined;
  on<E extends keyof NodeClientEvents>(event: E, listener: (detail: NodeClientEvents[E]) => void): () => void;
  status(): NodeClientStatus;
}

export interface RunOptions {
  /** Limits of this flag, before those of the client; false for no breaker. Say the same ones at each call of a flag. */
  readonly breaker?: BreakerOptions | undefined;
}

export interface NodeClientEvents extends ClientEvents {
  /** The circuit breaker of a flag has opened, tries treatment again, or has closed. */
  readonly breaker: BreakerChange;
}

export interface NodeClientStatus extends ClientStatus {
  /** The circuit breakers that are not closed. */
  readonly breakers: readonly BreakerStatus[];
  readonly shadows: ShadowStatus;
}

/** What code is guarded by. */
export interface GuardOptions {
  /** Of every `run`; false for none. */
  readonly breaker?: BreakerOptions | undefined;
  readonly shadow?: ShadowLimits | undefined;
}

export function createNodeClient(core: CoreClient, platform: Platform, options: GuardOptions = {}): NodeClient {
  const listeners = createListeners<NodeClientEvents>(platform);
  const breakers = createBreakers(platform, (change) => listeners.emit('breaker', change));
  const shadows = createShadowQueue(platform, options.shadow);
  const { monotonicMs } = platform;

  const client: NodeClient = {
    ...core,
    // A server has all rules at hand, so it can also tell how it came to a value.
    explain: (flagKey, context) => explainWith(core.held()?.evaluator, flagKey, context),
    run(flagKey, context, branches, { breaker } = {}) {
      const limits = breakerLimits(options.breaker, breaker);
      if (limits === undefined) return core.run(flagKey, context, branches);
      return runGuarded(core, breakers, { flagKey, context, branches, limits });
    },
    shadow(flagKey, context, pair) {
      const { value, report } = serveReported(core, { flagKey, context, isFit: (fit) => typeof fit === 'boolean' });
      return runReported(value ? withShadow(pair, shadows, report) : pair.control, { report, monotonicMs });
    },
    rolloutState: (flagKey) => rolloutStateOf(core.held(), flagKey),
    migration(flagKey, context, steps) {
      const { value = steps.defaultStage, report } = serveReported(core, { flagKey, context, isFit: isMigrationStage });
      return migrate(value, steps, { report, shadows, monotonicMs });
    },
    bootstrap: (context, asked) => makeBootstrap(core, platform, { ...asked, context }),
    withOverrides: (overrides) => ({ ...client, ...overriddenClient(client, core, overrides) }),
    on(event, listener) {
      // Every other event is one of the core's.
      if (event !== 'breaker') return (core.on as NodeClient['on'])(event, listener);
      return listeners.on(event, listener);
    },
    status: () => ({ ...core.status(), breakers: breakers.statuses(), shadows: shadows.status() }),
    close(closeOptions) {
      shadows.close();
      return core.close(closeOptions);
    },
  };
  return client;
}
