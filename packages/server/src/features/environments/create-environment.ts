import type { EnvironmentRow, Storage } from '../../storage/storage.ts';
import { BUILT_IN_METRICS } from '../metrics/index.ts';

const SETUP = { kind: 'setup', id: 'setup', name: 'setup' } as const;

/**
 * An environment with the metrics that need no instrumentation. Repeated after a crash in between, it adds what is
 * missing: a metric that is there already is left as it is.
 */
export async function createEnvironment(storage: Storage, row: EnvironmentRow): Promise<'created' | 'exists'> {
  const { environment, createdAtMs } = row;
  const outcome = await storage.createEnvironment(row);
  if (outcome === 'no-project') throw new Error(`Project ${row.projectKey} was there and is gone`);
  for (const metric of BUILT_IN_METRICS) {
    await storage.appendChange({
      environment,
      kind: 'metric',
      key: metric.key,
      document: { ...metric, createdAtMs },
      archived: false,
      action: 'created',
      actor: SETUP,
      reason: 'every environment measures these',
      atMs: createdAtMs,
      expectedRevision: 0,
    });
  }
  return outcome;
}
