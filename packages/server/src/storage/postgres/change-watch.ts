import type { Platform } from '../../platform.ts';
import type { ChangeListeners } from '../sql/change-listeners.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { StorageUnavailableError } from '../storage-unavailable-error.ts';
import { CHANGES_CHANNEL } from './postgres-dialect.ts';
import { type PostgresSession, postgresSession } from './postgres-session.ts';

/**
 * Wakes listeners when any node changed an environment. A session of its own listens for notifications, which take
 * about a millisecond; it may be lost and with it what was notified meanwhile, so every few seconds, and whenever the
 * session listens anew, the revisions themselves are compared with those seen last.
 */
export interface ChangeWatch {
  /** Begins to watch; later calls do nothing. */
  start(): void;
  stop(): Promise<void>;
}

export interface ChangeWatchOptions {
  readonly url: string;
  readonly database: SqlDatabase;
  readonly listeners: ChangeListeners;
  readonly platform: Pick<Platform, 'every' | 'after'>;
}

const POLL_INTERVAL_MS = 3_000;
const LISTEN_AGAIN_MS = 500;
const SELECT_REVISIONS = 'SELECT environment, revision FROM environments';

export function changeWatch({ url, database, listeners, platform }: ChangeWatchOptions): ChangeWatch {
  const seen = new Map<string, number>();
  let state: 'new' | 'watching' | 'stopped' = 'new';
  let session: PostgresSession | undefined;
  let stopPolling = (): void => {};

  const poll = async (): Promise<void> => {
    for (const { environment, revision } of await readRevisions(database)) {
      if (seen.get(environment) === revision) continue;
      seen.set(environment, revision);
      listeners.wake(environment);
    }
  };

  const listen = async (): Promise<void> => {
    if (state === 'stopped') return;
    const listening = postgresSession({
      url,
      onNotify: (environment) => listeners.wake(environment),
      onEnd: () => platform.after(LISTEN_AGAIN_MS, listen),
    });
    session = listening;
    try {
      await listening.query(`LISTEN ${CHANGES_CHANNEL}`);
    } catch (error) {
      // Every other call meets the same trouble and tells its caller; here it is enough to try again.
      listening.cut(error);
      return;
    }
    await poll();
  };

  return {
    start: () => {
      if (state !== 'new') return;
      state = 'watching';
      stopPolling = platform.every(POLL_INTERVAL_MS, poll);
      void listen();
    },
    stop: async () => {
      state = 'stopped';
      stopPolling();
      await session?.close();
    },
  };
}

interface EnvironmentRevision {
  readonly environment: string;
  readonly revision: number;
}

/** Nothing while the database is away: the next poll sees what changed. */
async function readRevisions(database: SqlDatabase): Promise<readonly EnvironmentRevision[]> {
  try {
    return await database.query<EnvironmentRevision>(SELECT_REVISIONS);
  } catch (error) {
    if (error instanceof StorageUnavailableError) return [];
    throw error;
  }
}
