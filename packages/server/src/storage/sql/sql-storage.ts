import type { Storage } from '../storage.ts';
import { batchLog } from './batch-log.ts';
import type { ChangeListeners } from './change-listeners.ts';
import { changeMethods } from './changes.ts';
import { checkpointMethods } from './checkpoints.ts';
import { connectionMethods } from './connections.ts';
import { drillMethods } from './drills.ts';
import { environmentMethods } from './environments.ts';
import { freezeMethods } from './freezes.ts';
import { keyMethods } from './keys.ts';
import { leaseMethods } from './leases.ts';
import { measurementMethods } from './measurements.ts';
import { migrate } from './migrate.ts';
import { outboxMethods } from './outbox.ts';
import { projectMethods } from './projects.ts';
import { rolloutMethods } from './rollouts.ts';
import { scheduleMethods } from './schedules.ts';
import { settingsMethods } from './settings.ts';
import { signalMethods } from './signals.ts';
import type { SqlDatabase } from './sql-database.ts';
import { trafficWeightMethods } from './traffic-weights.ts';
import { usageMethods } from './usage.ts';

export interface SqlStorageOptions {
  readonly database: SqlDatabase;
  /** The stream of the batch log that this process writes. */
  readonly stream: string;
  readonly listeners: ChangeListeners;
  /** Ends what the driver holds, after the last write. */
  close(): Promise<void>;
}

/** The port over either database: the same statements and the same units of work. */
export function sqlStorage({ database, stream, listeners, close }: SqlStorageOptions): Storage {
  const log = batchLog(database, stream);
  return {
    ...projectMethods(database),
    ...settingsMethods(database),
    ...environmentMethods(database),
    ...keyMethods(database),
    ...changeMethods(database, listeners),
    ...log.methods,
    ...leaseMethods(database),
    ...checkpointMethods(database),
    ...freezeMethods(database),
    ...rolloutMethods(database, log, listeners),
    ...drillMethods(database),
    ...outboxMethods(database),
    ...scheduleMethods(database, listeners),
    ...signalMethods(database),
    ...trafficWeightMethods(database),
    ...measurementMethods(database),
    ...usageMethods(database),
    ...connectionMethods(database),
    migrate: () => migrate(database),
    ping: async () => {
      await database.query('SELECT 1 AS alive');
    },
    onChange: (listener) => listeners.add(listener),
    close: async () => {
      await log.close();
      await close();
    },
  };
}
