import type { Confirmation } from '@tidegate/analysis';
import type { Platform } from '../../platform.ts';
import { sharedRuns } from '../../shared-runs.ts';
import type { ConnectionCount, Storage } from '../../storage/storage.ts';

/** A node that has not told of its connections for this long is gone, and its SDKs with it. */
const FRESH_MS = 15_000;
/** Told well within that time even when nothing changes. */
const REPEAT_MS = 5_000;

export interface ConfirmationsOptions {
  readonly storage: Storage;
  readonly platform: Platform;
  readonly node: string;
  /** This node's own connections. */
  readonly countByRevision: () => readonly ConnectionCount[];
  readonly onError: (error: unknown) => void;
}

/**
 * How many connected SDKs answer from a revision, over all nodes: each node writes down its own numbers, and whoever
 * asks adds them up. Nothing is written while nothing changed, and nothing is written twice at once: of two writes of
 * one node, PostgreSQL refuses one.
 */
export class Confirmations {
  readonly #options: ConfirmationsOptions;
  readonly #tell = sharedRuns(() => this.#tellWhatChanged());
  #told = '';
  #toldAtMs = 0;
  #stop: () => void = () => undefined;

  constructor(options: ConfirmationsOptions) {
    this.#options = options;
  }

  start(): void {
    const { platform, onError } = this.#options;
    this.#stop = platform.every(REPEAT_MS / 2, () => this.#tell().catch(onError));
  }

  /** After the streams are closed: whoever counts must not wait for SDKs that are elsewhere by now. */
  async stop(): Promise<void> {
    this.#stop();
    await this.#tell().catch(this.#options.onError);
  }

  async count(environment: string, revision: number): Promise<Confirmation> {
    await this.#tell();
    const { storage, platform } = this.#options;
    return storage.countConnections(environment, revision, FRESH_MS, platform.nowMs());
  }

  async #tellWhatChanged(): Promise<void> {
    const { storage, platform, node, countByRevision } = this.#options;
    const counts = countByRevision();
    const text = JSON.stringify(counts);
    const nowMs = platform.nowMs();
    // In absolute terms, for a clock that was set back.
    if (text === this.#told && Math.abs(nowMs - this.#toldAtMs) < REPEAT_MS) return;
    await storage.saveConnections(node, counts, nowMs);
    this.#told = text;
    this.#toldAtMs = nowMs;
  }
}
