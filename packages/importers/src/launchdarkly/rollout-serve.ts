import type { Serve, VendorBucketing, VendorRange } from '@tidegate/evaluation';
import { Refusal } from '../refusal.ts';
import { attributePath, keyPath } from './attribute-path.ts';
import type { LaunchDarklyRollout } from './launchdarkly-file.ts';

/** Above every position: these end at 1, which rounding may reach. */
export const ABOVE_ALL = 2;

const WEIGHT_OF_ALL = 100_000;

/** What is bucketed of which kind of context, and under which key and salt. */
interface Bucketed {
  readonly key: string;
  readonly salt?: string | undefined;
  readonly bucketBy?: string | undefined;
  readonly contextKind?: string | undefined;
  readonly seed?: number | undefined;
}

/** The buckets of a rollout or of a segment's rule. */
export function bucketsOf({ key, salt = '', bucketBy, contextKind, seed }: Bucketed): {
  readonly bucketing: VendorBucketing;
  readonly units: readonly string[];
} {
  // A seed of 0 is none, to the vendor's SDK for Node.
  const prefix = seed === undefined || seed === 0 ? `${key}.${salt}` : String(seed);
  const unit = bucketBy === undefined || bucketBy === '' ? keyPath(contextKind) : attributePath(bucketBy, contextKind);
  return { bucketing: { algorithm: 'launchdarkly', prefix }, units: [unit] };
}

export function positionOfWeight(weight: number): number {
  return weight / WEIGHT_OF_ALL;
}

/**
 * A percentage rollout or an experiment. Weights add up in doubles, one by one, as the vendor adds them; the last
 * variation has what rounding or a missing weight leaves. A context without the unit is in bucket 0.
 */
export function rolloutServe(
  rollout: LaunchDarklyRollout,
  flag: { readonly key: string; readonly salt?: string | undefined },
  variationAt: (index: number) => string,
): Serve {
  const { kind, contextKind, seed, variations = [] } = rollout;
  const lastIndex = variations.length - 1;
  if (lastIndex < 0) throw new Refusal('A rollout has no variations.');
  const bucketBy = kind === 'experiment' ? undefined : rollout.bucketBy;
  const ranges: VendorRange[] = [];
  let sum = 0;
  let from = 0;
  for (const [index, { variation, weight }] of variations.entries()) {
    sum += positionOfWeight(weight);
    const to = index === lastIndex ? ABOVE_ALL : Math.min(sum, ABOVE_ALL);
    if (to > from) ranges.push({ from, to, variation: variationAt(variation) });
    from = Math.max(from, to);
  }
  const buckets = bucketsOf({ ...flag, bucketBy, contextKind, seed });
  // Bucket 0 is in the first range, whichever that is.
  return { kind: 'vendorSplit', ...buckets, ranges, onMissingUnit: ranges[0]?.variation ?? '' };
}
