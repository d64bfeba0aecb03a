import type { VendorBucketing } from '../flag.ts';
import type { BucketingAlgorithm } from '../language.ts';
import { flagdBucketing } from './flagd.ts';
import { growthbookBucketing } from './growthbook.ts';
import { launchdarklyBucketing } from './launchdarkly.ts';
import { unleashBucketing } from './unleash.ts';

/** The vendors whose buckets can be imported, each with its own hash. */
export const BUCKETINGS: Readonly<Partial<Record<VendorBucketing['algorithm'], BucketingAlgorithm>>> = {
  launchdarkly: launchdarklyBucketing,
  growthbook: growthbookBucketing,
  unleash: unleashBucketing,
  flagd: flagdBucketing,
};
