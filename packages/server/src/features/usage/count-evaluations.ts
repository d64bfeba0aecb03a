import type { Storage } from '../../storage/storage.ts';
import { dayOf } from './daily-counts.ts';
import { usageOf } from './flag-usage.ts';

/**
 * How often a flag was evaluated on the busier of today and yesterday. More than the units that asked, since one unit asks
 * often. Undefined where nothing was ever counted in the environment.
 */
export async function countEvaluations(
  storage: Storage,
  { environment, flagKey }: { readonly environment: string; readonly flagKey: string },
  nowMs: number,
): Promise<number | undefined> {
  if ((await storage.findUsageStart(environment)) === null) return undefined;
  const row = await storage.findUsage(environment, flagKey);
  if (row === undefined) return 0;
  const { variations } = usageOf(row);
  const countOn = (day: number) =>
    variations.reduce(
      (sum, { days: { counts, lastDay } }) => sum + (counts[counts.length - 1 - lastDay + day] ?? 0),
      0,
    );
  const today = dayOf(nowMs);
  return Math.max(countOn(today), countOn(today - 1));
}
