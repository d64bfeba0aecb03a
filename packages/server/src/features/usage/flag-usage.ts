import type { FlagUsageView, SdkUsage, VariationUsage } from '@tidegate/protocol';
import { USAGE_DAYS_MAX } from '@tidegate/protocol';
import type { UsageRow } from '../../storage/storage.ts';

/**
 * What SDKs asked of one flag, as it is counted and as it is kept. `day` is a number of days (UTC) since 1970: counts are
 * for people who ask "is this still used", so a day is as fine as they get.
 */
export interface FlagUsage {
  readonly variations: readonly VariationCounts[];
  readonly sdks: readonly SdkUsage[];
}

export interface VariationCounts {
  readonly variation: string;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Day and count, by day, of the last `USAGE_DAYS_MAX` that had any. */
  readonly days: readonly (readonly [day: number, count: number])[];
}

const DAY_MS = 86_400_000;

export function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

export function usageOf(row: Pick<UsageRow, 'usage'>): FlagUsage {
  // Nobody writes it but the usage book, which makes one of this type.
  return row.usage as FlagUsage;
}

/** As the API shows it: days by name, and those that are over long ago left out, though nothing came since. */
export function viewOfUsage(flagKey: string, { variations, sdks }: FlagUsage, nowMs: number): FlagUsageView {
  return { flagKey, variations: variations.map((counts) => viewOfCounts(counts, nowMs)), sdks };
}

function viewOfCounts({ days, ...counts }: VariationCounts, nowMs: number): VariationUsage {
  const kept = days.filter(([day]) => day > dayOf(nowMs) - USAGE_DAYS_MAX);
  return { ...counts, days: kept.map(([day, count]) => ({ date: dateOf(day), count })) };
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
