import { BEAT_INTERVAL_MS, type Hello } from '@tidegate/protocol';
import type { KeyFinder } from '../../http/key-finder.ts';
import type { SdkRoute } from '../../http/sdk-handler.ts';
import type { Platform } from '../../platform.ts';
import type { Storage } from '../../storage/storage.ts';
import type { KeyKind, StreamConnection, StreamGateway, StreamListener } from '../../stream/gateway.ts';
import { browserChange } from './browser-documents.ts';
import type { EnvironmentView } from './environment-view.ts';
import { EnvironmentViews } from './environment-views.ts';
import { catchUp, KEY_KINDS, keyKindsThatSee, publishBeat, publishDelta, publishResync } from './publisher.ts';
import { snapshotRoutes } from './snapshot-routes.ts';

/** Wake-ups may be lost between nodes; the change log is read this often all the same. */
const REFRESH_INTERVAL_MS = 2_000;

export interface DeliveryOptions {
  readonly storage: Storage;
  readonly platform: Platform;
  readonly findKey: KeyFinder;
  readonly onError: (error: unknown) => void;
}

export type VisibleChangeListener = (view: EnvironmentView, keyKinds: readonly KeyKind[]) => void;

/** Rules on their way to SDKs: the snapshot over HTTP, what comes after over the stream. */
export class Delivery {
  readonly views: EnvironmentViews;
  readonly sdkRoutes: readonly SdkRoute[];
  readonly #options: DeliveryOptions;
  readonly #viewOfConnection = new WeakMap<Hello, EnvironmentView>();
  readonly #appliedListeners = new Set<(environment: string) => void>();
  readonly #visibleChangeListeners = new Set<VisibleChangeListener>();
  #gateway: StreamGateway | null = null;
  #stops: (() => void)[] = [];

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.views = new EnvironmentViews({
      storage: options.storage,
      nowMs: options.platform.nowMs,
      onDelta: (view, delta, shareBefore) => {
        const change = browserChange(view, delta.changes, { before: shareBefore, after: view.browserShare });
        if (this.#gateway !== null) publishDelta(this.#gateway, view, { delta, change });
        this.#tellVisibleChange(view, keyKindsThatSee(delta, change));
      },
      onReplaced: (view) => {
        options.onError(new Error(`the change log of ${view.environment} went back to revision ${view.revision}`));
        if (this.#gateway !== null) publishResync(this.#gateway, view);
        this.#tellVisibleChange(view, KEY_KINDS);
      },
    });
    this.sdkRoutes = snapshotRoutes(this.views);
  }

  /** What the stream asks of us. */
  readonly listener: StreamListener = {
    admit: async (hello) => {
      const key = await this.#options.findKey(`Bearer ${hello.key}`);
      if (key === undefined || key.kind === 'operator' || key.environment === null) return undefined;
      this.#viewOfConnection.set(hello, await this.views.fresh(key.environment));
      return { environment: key.environment, keyKind: key.kind };
    },
    onOpen: (connection: StreamConnection) => {
      const view = this.#viewOfConnection.get(connection.hello);
      if (view !== undefined) catchUp(view, connection, this.#options.platform.nowMs());
    },
    onApplied: (connection) => {
      for (const listener of this.#appliedListeners) listener(connection.environment);
    },
  };

  /** Calls back when a connected SDK says that it answers from a newer revision. */
  onApplied(listener: (environment: string) => void): void {
    this.#appliedListeners.add(listener);
  }

  /** Calls back when keys of these kinds may get another answer from a view than a moment ago. */
  onVisibleChange(listener: VisibleChangeListener): void {
    this.#visibleChangeListeners.add(listener);
  }

  start(gateway: StreamGateway): void {
    this.#gateway = gateway;
    const { storage, platform, onError } = this.#options;
    this.#stops = [
      storage.onChange((environment) => void this.views.refresh(environment).catch(onError)),
      platform.every(REFRESH_INTERVAL_MS, () => this.views.refreshAll()),
      platform.every(BEAT_INTERVAL_MS, () => this.#beat(gateway)),
      platform.every(BEAT_INTERVAL_MS, () => this.#closeRevoked(gateway)),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  #tellVisibleChange(view: EnvironmentView, keyKinds: readonly KeyKind[]): void {
    if (keyKinds.length > 0) for (const listener of this.#visibleChangeListeners) listener(view, keyKinds);
  }

  /** Asks nobody: a database that does not answer must not make thousands of SDKs take their lines for dead. */
  async #beat(gateway: StreamGateway): Promise<void> {
    gateway.closeStalled();
    for (const environment of gateway.environments()) {
      publishBeat(gateway, await this.views.get(environment), this.#options.platform.nowMs());
    }
  }

  /** A key may be revoked while streams are open under it. */
  async #closeRevoked(gateway: StreamGateway): Promise<void> {
    const open = gateway
      .environments()
      .flatMap((environment) => KEY_KINDS.flatMap((kind) => [...gateway.connections(environment, kind)]));
    for (const key of new Set(open.map(({ hello }) => hello.key))) {
      if ((await this.#options.findKey(`Bearer ${key}`)) !== undefined) continue;
      for (const connection of open) if (connection.hello.key === key) connection.close();
    }
  }
}
