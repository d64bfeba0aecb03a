import { record, text } from '../check.ts';
import type { VendorBucketing } from '../flag.ts';
import type { JsonValue } from '../json.ts';
import type { BucketingAlgorithm } from '../language.ts';
import { sha1Start } from './sha1.ts';

type LaunchdarklyBucketing = Extract<VendorBucketing, { readonly algorithm: 'launchdarkly' }>;

/**
 * LaunchDarkly's buckets (https://launchdarkly.com/docs/sdk/concepts/rollouts): the first 60 bits of
 * SHA-1(`PREFIX.UNIT`) as a share of 2^60, in doubles, which may round it up to 1. The prefix is `FLAGKEY.SALT`, or the
 * seed of an experiment. Units are texts, the empty one too, and whole numbers.
 */
export const launchdarklyBucketing: BucketingAlgorithm = {
  findFlaw: record({ prefix: text }),
  inputOf: (bucketing, unit) => {
    const unitKey = unitKeyOf(unit);
    return unitKey === undefined ? undefined : `${asLaunchdarkly(bucketing).prefix}.${unitKey}`;
  },
  positionOf: (_bucketing, input) => {
    const [high, low] = sha1Start(input);
    // 60 bits are more than a double holds: one addition rounds them as reading fifteen hexadecimal digits does.
    return (high * 2 ** 28 + (low >>> 4)) / 2 ** 60;
  },
};

function unitKeyOf(unit: JsonValue | undefined): string | undefined {
  if (typeof unit === 'string') return unit;
  return typeof unit === 'number' && Number.isInteger(unit) ? String(unit) : undefined;
}

/** Whoever looked up this algorithm did so by the bucketing's own name for it. */
function asLaunchdarkly(bucketing: VendorBucketing): LaunchdarklyBucketing {
  return bucketing as LaunchdarklyBucketing;
}
