import { type Platform, systemPlatform } from '../../platform.ts';
import { changeListeners } from '../sql/change-listeners.ts';
import { sqlStorage } from '../sql/sql-storage.ts';
import type { Storage } from '../storage.ts';
import { changeWatch } from './change-watch.ts';
import { postgresDatabase } from './postgres-database.ts';
import { POSTGRES_DIALECT } from './postgres-dialect.ts';
import { SessionPool } from './session-pool.ts';

export interface OpenPostgresStorageOptions {
  /** `postgres://user:password@host:port/database`. Not through a pooler in transaction mode: LISTEN needs a session. */
  readonly url: string;
  /** Names this node's stream of the batch log: the same after a restart, and no other node's. */
  readonly node: string;
  readonly platform?: Pick<Platform, 'every' | 'after'>;
  /** How long one call may take before it is rejected and its connection cut. */
  readonly deadlineMs?: number;
}

/** Connects with the first call, and anew after each loss. */
export function openPostgresStorage(options: OpenPostgresStorageOptions): Storage {
  const { url, node, platform = systemPlatform() } = options;
  const pool = new SessionPool({ ...options, platform });
  const database = postgresDatabase(pool, POSTGRES_DIALECT);
  const listeners = changeListeners();
  const watch = changeWatch({ url, database, listeners, platform });
  const storage = sqlStorage({
    database,
    stream: node,
    listeners,
    close: async () => {
      await watch.stop();
      await pool.close();
    },
  });
  return {
    ...storage,
    onChange: (listener) => {
      watch.start();
      return storage.onChange(listener);
    },
  };
}
