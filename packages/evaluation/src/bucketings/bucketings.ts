import type { VendorBucketing } from '../flag.ts';
import type { BucketingAlgorithm } from '../language.ts';

/** The vendors whose buckets can be imported, each with its own hash. */
export const BUCKETINGS: Readonly<Partial<Record<VendorBucketing['algorithm'], BucketingAlgorithm>>> = {};
