import { readFileSync, statSync } from 'node:fs';
import { documentsOf, parseFlagFile } from '@tidegate/flag-file';
import type { CancelTimer, Client, Context, Explanation } from '@tidegate/sdk-core';
import { explainWith, FedClient } from '@tidegate/sdk-core/complete';
import type { Logger } from './node-platform.ts';
import { offlinePlatform } from './offline-platform.ts';

/** How often the file is looked at: what an editor saves is served within the second. */
const LOOK_INTERVAL_MS = 500;

/**
 * A client that serves `tidegate.json` without a server. It is ready once it is made, and takes the file again whenever
 * it changes. While the file cannot be read, the last good flags stay in force (`error`, and `stale` when that lasts).
 * What it records goes nowhere.
 */
export class FileClient extends FedClient implements Client {
  readonly #path: string;
  readonly #after: (delayMs: number, callback: () => void) => CancelTimer;
  #stamp: string | undefined;
  #revision = 0;
  #stopLooking: CancelTimer | undefined;

  constructor({ path, logger, staleAfterMs }: FileClientOptions) {
    const platform = offlinePlatform(logger);
    super({ platform, key: path, staleAfterMs });
    this.#path = path;
    this.#after = platform.after;
  }

  override start(): void {
    this.#look();
    this.#stopLooking = this.#after(LOOK_INTERVAL_MS, () => this.start());
  }

  override close(options?: { readonly timeoutMs?: number }): Promise<boolean> {
    this.#stopLooking?.();
    return super.close(options);
  }

  explain(flagKey: string, context: Context): Explanation | undefined {
    return explainWith(this.evaluator, flagKey, context);
  }

  #look(): void {
    try {
      const { mtimeMs, size, ino } = statSync(this.#path);
      const stamp = `${mtimeMs} ${size} ${ino}`;
      if (stamp === this.#stamp) this.confirm();
      else this.#load();
      // Only what could be read is remembered: a file that was met half written is read again.
      this.#stamp = stamp;
    } catch (error) {
      this.takingFailed(`${this.#path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #load(): void {
    const file = parseFlagFile(readFileSync(this.#path, 'utf8'));
    const { environment = 'file' } = file;
    this.#revision = Math.max(this.#revision + 1, file.revision ?? 1);
    this.take({ ...documentsOf({ ...file, revision: this.#revision }), environment });
  }
}

interface FileClientOptions {
  readonly path: string;
  readonly logger: Logger;
  readonly staleAfterMs?: number | undefined;
}
