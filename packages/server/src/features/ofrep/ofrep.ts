import type { KeyByIdFinder, KeyFinder } from '../../http/key-finder.ts';
import type { SdkRoute } from '../../http/sdk-handler.ts';
import type { Platform } from '../../platform.ts';
import type { Delivery } from '../delivery/index.ts';
import { ChangeStreams } from './change-streams.ts';
import { evaluateRoutes } from './evaluate-routes.ts';
import { streamRoute } from './stream-route.ts';
import { VisibleChanges } from './visible-changes.ts';

/** Proxies cut lines that are silent for a minute, some for half of one. */
const KEEP_ALIVE_MS = 15_000;

export interface OfrepOptions {
  readonly delivery: Delivery;
  readonly platform: Platform;
  readonly findKey: KeyFinder;
  readonly findKeyById: KeyByIdFinder;
  readonly onError: (error: unknown) => void;
}

/**
 * OpenFeature's remote evaluation protocol: any OpenFeature SDK of any language, with no SDK of ours. What these clients
 * are told is served and not measured: no rollout learns from it (docs/protocol.md).
 */
export class Ofrep {
  readonly sdkRoutes: readonly SdkRoute[];
  readonly #options: OfrepOptions;
  readonly #visibleChanges = new VisibleChanges();
  readonly #streams: ChangeStreams;
  #stop: () => void = () => undefined;

  constructor(options: OfrepOptions) {
    const { delivery, platform } = options;
    this.#options = options;
    this.#streams = new ChangeStreams(platform);
    const shared = {
      ...options,
      views: delivery.views,
      visibleChanges: this.#visibleChanges,
      nowMs: platform.nowMs,
    };
    this.sdkRoutes = [...evaluateRoutes(shared), streamRoute({ ...shared, streams: this.#streams })];
    delivery.onVisibleChange((view, keyKinds) => {
      this.#visibleChanges.note(view, keyKinds);
      for (const keyKind of keyKinds) {
        this.#streams.tell(view.environment, keyKind, this.#visibleChanges.last(view, keyKind));
      }
    });
  }

  start(): void {
    this.#stop = this.#options.platform.every(KEEP_ALIVE_MS, async () => {
      this.#streams.keepAlive();
      await this.#endRevoked();
    });
  }

  /** Ends every stream: their clients come back to another node, or to this one when it is there again. */
  stop(): void {
    this.#stop();
    this.#streams.endAll();
  }

  /** A key may be revoked while streams are open under it. */
  async #endRevoked(): Promise<void> {
    for (const keyId of this.#streams.keyIds()) {
      if ((await this.#options.findKeyById(keyId)) === undefined) this.#streams.endThoseOf(keyId);
    }
  }
}
