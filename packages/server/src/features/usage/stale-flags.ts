import type { StaleFlag } from '@tidegate/protocol';
import type { DocumentRow, Storage } from '../../storage/storage.ts';
import { flagDocumentOf } from '../documents/index.ts';
import { findStaleness } from './find-staleness.ts';
import { usageOf } from './flag-usage.ts';

/** Rollouts of one flag that are looked at: the last one is among the most there ever were. */
const ROLLOUTS_MAX = 1_000;

/** Which of some flags are stale; gathers what `findStaleness` is about. */
export async function staleFlagsOf(
  storage: Storage,
  options: {
    readonly environment: string;
    readonly rows: readonly DocumentRow[];
    /** The flags of the environment that some flag asks. */
    readonly askedByFlags: ReadonlySet<string>;
    readonly nowMs: number;
    readonly silenceMs: number;
  },
): Promise<StaleFlag[]> {
  const { environment, rows, askedByFlags, nowMs, silenceMs } = options;
  const countedSinceAtMs = await storage.findUsageStart(environment);
  const found = await Promise.all(
    rows.map(async (row): Promise<StaleFlag> => {
      const { archived, updatedAtMs } = row;
      const flag = flagDocumentOf(row);
      const [usage, rollouts] = await Promise.all([
        storage.findUsage(environment, flag.key),
        flag.temporary ? storage.listRollouts(environment, { flagKey: flag.key, limit: ROLLOUTS_MAX }) : [],
      ]);
      const findings = findStaleness({
        flag,
        archived,
        updatedAtMs,
        usage: usage && usageOf(usage),
        isAskedByFlags: askedByFlags.has(flag.key),
        countedSinceAtMs,
        rollouts,
        nowMs,
        silenceMs,
      });
      const owner = flag.owner === undefined ? {} : { owner: flag.owner };
      return { flagKey: flag.key, ...owner, temporary: flag.temporary, archived, updatedAtMs, findings };
    }),
  );
  return found.filter((flag) => flag.findings.length > 0);
}
