import { integer, record, text } from '../check.ts';
import type { VendorBucketing } from '../flag.ts';
import type { BucketingAlgorithm } from '../language.ts';
import { fnv1aUnits } from './fnv1a.ts';
import { writtenAsText } from './written-as-text.ts';

type GrowthbookBucketing = Extract<VendorBucketing, { readonly algorithm: 'growthbook' }>;

/**
 * GrowthBook's buckets (https://docs.growthbook.io/lib/build-your-own, "Hashing"): version 1 is
 * fnv1a(unit + seed) mod 1000 / 1000, version 2 is fnv1a(text of fnv1a(seed + unit)) mod 10 000 / 10 000. A unit is
 * whatever JavaScript takes for true, as it writes it into a text.
 */
export const growthbookBucketing: BucketingAlgorithm = {
  findFlaw: record({ seed: text, hashVersion: integer(1, 2) }),
  inputOf: (bucketing, unit) => {
    const { seed, hashVersion } = asGrowthbook(bucketing);
    const id = unit ? writtenAsText(unit) : undefined;
    if (id === undefined) return undefined;
    return hashVersion === 1 ? `${id}${seed}` : `${seed}${id}`;
  },
  positionOf: (bucketing, input) => {
    const hash = fnv1aUnits(input);
    return asGrowthbook(bucketing).hashVersion === 1
      ? (hash % 1_000) / 1_000
      : (fnv1aUnits(`${hash}`) % 10_000) / 10_000;
  },
};

/** Whoever looked up this algorithm did so by the bucketing's own name for it. */
function asGrowthbook(bucketing: VendorBucketing): GrowthbookBucketing {
  return bucketing as GrowthbookBucketing;
}
