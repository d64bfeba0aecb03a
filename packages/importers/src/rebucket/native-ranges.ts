import type { ServeVendorSplit, SplitRange, VendorBucketing } from '@tidegate/evaluation';

const ALL_PPM = 1_000_000;

export interface NativeRanges {
  /** These cover every position: what the vendor's leave out belongs to their neighbours. */
  readonly ranges: readonly SplitRange[];
  /** The positions that the vendor's ranges cover. */
  readonly covered: readonly { readonly fromPpm: number; readonly toPpm: number }[];
}

/** The ranges of an imported split in parts per million. */
export function nativeRanges({ bucketing, ranges }: ServeVendorSplit): NativeRanges {
  const span = spanOf(bucketing);
  const covered = ranges
    .map(({ from, to, variation }) => ({ fromPpm: ppmOf(from, span), toPpm: ppmOf(to, span), variation }))
    .filter(({ fromPpm, toPpm }) => fromPpm < toPpm)
    .toSorted((left, right) => left.fromPpm - right.fromPpm);
  return {
    covered: covered.map(({ fromPpm, toPpm }) => ({ fromPpm, toPpm })),
    ranges: covered.map((range, index) => ({
      fromPpm: index === 0 ? 0 : range.fromPpm,
      toPpm: covered[index + 1]?.fromPpm ?? ALL_PPM,
      variation: range.variation,
    })),
  };
}

/** How far a vendor's positions go. */
export function spanOf(bucketing: VendorBucketing): number {
  switch (bucketing.algorithm) {
    case 'launchdarkly':
    case 'growthbook':
      return 1;
    case 'unleash':
      return bucketing.bucketCount;
    case 'flagd':
      return bucketing.totalWeight;
    default:
      throw bucketing satisfies never;
  }
}

/** What is divided alike by the vendor, a gate and the flag behind it for one, is divided alike afterwards. */
export function saltOf(bucketing: VendorBucketing): string {
  switch (bucketing.algorithm) {
    case 'launchdarkly':
    case 'flagd':
      return `${bucketing.algorithm}/${bucketing.prefix}`;
    case 'growthbook':
      return `${bucketing.algorithm}/${bucketing.seed}`;
    case 'unleash':
      return `${bucketing.algorithm}/${bucketing.seed}/${bucketing.groupId}`;
    default:
      throw bucketing satisfies never;
  }
}

export function ppmOf(position: number, span: number): number {
  return Math.round(Math.min(1, Math.max(0, position / span)) * ALL_PPM);
}
