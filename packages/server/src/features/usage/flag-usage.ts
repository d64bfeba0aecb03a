import type { FlagUsageView, SdkUsage, VariationUsage } from '@tidegate/protocol';
import type { UsageRow } from '../../storage/storage.ts';
import { type DailyCounts, datesOf } from './daily-counts.ts';

/** What SDKs asked of one flag, as it is kept. */
export interface FlagUsage {
  readonly variations: readonly VariationCounts[];
  readonly sdks: readonly SdkUsage[];
}

export interface VariationCounts {
  readonly variation: string;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly days: DailyCounts;
}

export function usageOf(row: Pick<UsageRow, 'usage'>): FlagUsage {
  // Nobody writes it but the usage book, which makes one of this type.
  return row.usage as FlagUsage;
}

/** As the API shows it. */
export function viewOfUsage(flagKey: string, { variations, sdks }: FlagUsage, nowMs: number): FlagUsageView {
  const viewOfCounts = ({ days, ...counts }: VariationCounts): VariationUsage => ({
    ...counts,
    days: datesOf(days, nowMs),
  });
  return { flagKey, variations: variations.map(viewOfCounts), sdks };
}
