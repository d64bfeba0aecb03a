import { integer, literal, record, text } from '../check.ts';
import type { VendorBucketing } from '../flag.ts';
import type { JsonValue } from '../json.ts';
import type { BucketingAlgorithm } from '../language.ts';
import { foldedUnits, murmur3 } from './murmur3.ts';
import { writtenAsText } from './written-as-text.ts';

type FlagdBucketing = Extract<VendorBucketing, { readonly algorithm: 'flagd' }>;

/** `fractional` answers null when its weights add up to more. */
export const FLAGD_WEIGHT_MAX = 0x7fff_ffff;

/**
 * Positions are 0 to `totalWeight` - 1: murmur3(prefix + unit) times the total, over 2^32
 * (https://flagd.dev/reference/custom-operations/fractional-operation/). Held to `@openfeature/flagd-core`, the
 * in-process evaluator for JavaScript; flagd itself hashes the bytes of UTF-8, so for a unit with letters beyond ASCII
 * the two disagree.
 */
export const flagdBucketing: BucketingAlgorithm = {
  findFlaw: record({
    prefix: text,
    totalWeight: integer(1, FLAGD_WEIGHT_MAX),
    takes: literal('truthy', 'text', 'orNull', 'orEmpty'),
  }),
  inputOf: (bucketing, unit) => {
    const { prefix, takes } = asFlagd(bucketing);
    const written = unitOf(takes, unit);
    return written === undefined ? undefined : prefix + written;
  },
  positionOf: (bucketing, input) => flagdPosition(input, asFlagd(bucketing).totalWeight),
};

/** Exact in doubles: a 32-bit hash times a 31-bit total is taken in two halves of 16 bits. */
export function flagdPosition(input: string, totalWeight: number): number {
  const hash = murmur3(input, { seed: 0, wordAt: foldedUnits });
  const high = (hash >>> 16) * totalWeight;
  const low = (hash & 0xffff) * totalWeight;
  return Math.floor((high + Math.floor(low / 0x1_0000)) / 0x1_0000);
}

function unitOf(takes: FlagdBucketing['takes'], unit: JsonValue | undefined): string | undefined {
  switch (takes) {
    case 'truthy':
      return unit ? writtenAsText(unit) : undefined;
    case 'text':
      return typeof unit === 'string' ? unit : undefined;
    case 'orNull':
      return writtenAsText(unit ?? null);
    case 'orEmpty':
      return unit === undefined || unit === null ? '' : writtenAsText(unit);
    default:
      return takes satisfies never;
  }
}

/** Whoever looked up this algorithm did so by the bucketing's own name for it. */
function asFlagd(bucketing: VendorBucketing): FlagdBucketing {
  return bucketing as FlagdBucketing;
}
