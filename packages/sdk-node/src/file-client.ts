import { readFileSync, statSync } from 'node:fs';
import { documentsOf, parseFlagFile } from '@tidegate/flag-file';
import type { CancelTimer } from '@tidegate/sdk-core';
import { createFedClient } from '@tidegate/sdk-core/complete';
import { createNodeClient, type GuardOptions, type NodeClient } from './node-client.ts';
import type { Logger } from './node-platform.ts';
import { offlinePlatform } from './offline-platform.ts';

/** How often the file is looked at: what an editor saves is served within the second. */
const LOOK_INTERVAL_MS = 500;

/**
 * A client that serves `tidegate.json` without a server. It is ready once it is made, and takes the file again whenever
 * it changes. While the file cannot be read, the last good flags stay in force (`error`, and `stale` when that lasts).
 * What it records goes nowhere.
 */
export function createFileClient({ path, logger, staleAfterMs, ...guards }: FileClientOptions): NodeClient {
  const platform = offlinePlatform(logger);
  const fed = createFedClient({ platform, key: path, staleAfterMs });
  let takenStamp: string | undefined;
  let revision = 0;
  let stopLooking: CancelTimer | undefined;

  const load = (): void => {
    const file = parseFlagFile(readFileSync(path, 'utf8'));
    const { environment = 'file' } = file;
    revision = Math.max(revision + 1, file.revision ?? 1);
    fed.take({ ...documentsOf({ ...file, revision }), environment });
  };
  const look = (): void => {
    try {
      const { mtimeMs, size, ino } = statSync(path);
      const stamp = `${mtimeMs} ${size} ${ino}`;
      if (stamp === takenStamp) fed.confirm();
      else load();
      // Only what could be read is remembered: a file that was met half written is read again.
      takenStamp = stamp;
    } catch (error) {
      fed.takingFailed(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
    stopLooking = platform.after(LOOK_INTERVAL_MS, look);
  };
  look();
  const client = createNodeClient(fed, platform, guards);
  return {
    ...client,
    close(options) {
      stopLooking?.();
      return client.close(options);
    },
  };
}

interface FileClientOptions extends GuardOptions {
  readonly path: string;
  readonly logger: Logger;
  readonly staleAfterMs?: number | undefined;
}
