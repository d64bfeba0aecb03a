import type { VendorBucketing } from '@tidegate/evaluation';
import * as z from 'zod';

/** Attribute paths that one imported split or bucket looks for a unit in. */
export const VENDOR_UNITS_MAX = 10;
/** Characters of what another vendor hashes before the unit: a flag's key and salt. */
const PREFIX_LENGTH_MAX = 1_000;

const prefix = z.string().max(PREFIX_LENGTH_MAX);

/** How another vendor turns a unit into a position; only imported rules have it. */
export const vendorBucketingSchema = z
  .discriminatedUnion('algorithm', [
    z.strictObject({ algorithm: z.literal('launchdarkly'), prefix }),
    z.strictObject({
      algorithm: z.literal('unleash'),
      groupId: prefix,
      seed: z.int().min(0).max(0xffff_ffff),
      bucketCount: z.int().min(1),
      takes: z.literal(['truthy', 'text', 'present']),
    }),
    z.strictObject({ algorithm: z.literal('growthbook'), seed: prefix, hashVersion: z.literal([1, 2]) }),
    z.strictObject({
      algorithm: z.literal('flagd'),
      prefix,
      totalWeight: z.int().min(1).max(0x7fff_ffff),
      takes: z.literal(['truthy', 'text', 'orNull', 'orEmpty']),
    }),
  ])
  .meta({ id: 'VendorBucketing' }) satisfies z.ZodType<VendorBucketing>;
