import { FLAGD_WEIGHT_MAX, flagdPosition } from '../bucketings/flagd.ts';

/**
 * flagd's `fractional`, over the values of its operands: a text to bucket by, if the first one is one, and buckets, each
 * a variant and its weight (1 when absent). Without such a text it is the flag's key and the targeting key. null where
 * flagd finds something amiss, as it does when nothing has a weight.
 */
export function fractional(
  operands: readonly unknown[],
  { flagKey, targetingKey }: { readonly flagKey: string; readonly targetingKey: unknown },
): unknown {
  const [first] = operands;
  if (first === undefined) return null;
  const isByText = typeof first === 'string';
  if (!isByText && !targetingKey) return null;
  const fractions = readFractions(isByText ? operands.slice(1) : operands);
  if (fractions === undefined) return null;
  return fractionAt(fractions, isByText ? first : `${flagKey}${targetingKey}`);
}

interface Fraction {
  readonly variant: string | number | boolean | null;
  readonly weight: number;
}

/** Undefined where flagd finds one malformed, or all of them together too heavy. */
function readFractions(buckets: readonly unknown[]): readonly Fraction[] | undefined {
  const fractions: Fraction[] = [];
  let totalWeight = 0;
  for (const bucket of buckets) {
    const fraction = readFraction(bucket);
    if (fraction === undefined) return undefined;
    fractions.push(fraction);
    totalWeight += fraction.weight;
  }
  return totalWeight > FLAGD_WEIGHT_MAX ? undefined : fractions;
}

function readFraction(bucket: unknown): Fraction | undefined {
  if (!Array.isArray(bucket) || bucket.length === 0 || bucket.length > 2) return undefined;
  const [variant = null, weight = 1] = bucket;
  if (typeof variant === 'object' && variant !== null) return undefined;
  if (typeof weight !== 'number' || !Number.isInteger(weight)) return undefined;
  return { variant, weight: Math.max(0, weight) };
}

function fractionAt(fractions: readonly Fraction[], input: string): Fraction['variant'] {
  const totalWeight = fractions.reduce((sum, { weight }) => sum + weight, 0);
  const position = flagdPosition(input, totalWeight);
  let sum = 0;
  for (const { variant, weight } of fractions) {
    sum += weight;
    if (sum > position) return variant;
  }
  return null;
}
