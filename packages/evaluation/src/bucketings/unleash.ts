import { integer, literal, record, text } from '../check.ts';
import type { VendorBucketing } from '../flag.ts';
import type { JsonValue } from '../json.ts';
import type { BucketingAlgorithm } from '../language.ts';
import { lowBytes, murmur3 } from './murmur3.ts';
import { writtenAsText } from './written-as-text.ts';

type UnleashBucketing = Extract<VendorBucketing, { readonly algorithm: 'unleash' }>;

/**
 * Positions are 1 to `bucketCount`: murmur3(`groupId:unit`) modulo the count, plus 1. Rollouts have 100 of them and the
 * seed 0, variants as many as their weights add up to and the seed 86028157
 * (https://docs.getunleash.io/reference/stickiness). Held to unleash-client for Node; Unleash's SDKs in other languages
 * hash the bytes of UTF-8, so for a unit with letters beyond ASCII they disagree with it and with one another.
 */
export const unleashBucketing: BucketingAlgorithm = {
  findFlaw: record({
    groupId: text,
    seed: integer(0, 0xffff_ffff),
    bucketCount: integer(1, Number.MAX_SAFE_INTEGER),
    takes: literal('truthy', 'text', 'present'),
  }),
  inputOf: (bucketing, unit) => {
    const { groupId, takes } = asUnleash(bucketing);
    const id = idOf(takes, unit);
    return id === undefined ? undefined : `${groupId}:${id}`;
  },
  positionOf: (bucketing, input) => {
    const { seed, bucketCount } = asUnleash(bucketing);
    return (murmur3(input, { seed, wordAt: lowBytes }) % bucketCount) + 1;
  },
};

function idOf(takes: UnleashBucketing['takes'], unit: JsonValue | undefined): string | undefined {
  switch (takes) {
    case 'truthy':
      return unit ? writtenAsText(unit) : undefined;
    case 'text':
      return typeof unit === 'string' && unit !== '' ? unit : undefined;
    case 'present':
      return unit === undefined || unit === null ? undefined : writtenAsText(unit) || undefined;
    default:
      return takes satisfies never;
  }
}

/** Whoever looked up this algorithm did so by the bucketing's own name for it. */
function asUnleash(bucketing: VendorBucketing): UnleashBucketing {
  return bucketing as UnleashBucketing;
}
