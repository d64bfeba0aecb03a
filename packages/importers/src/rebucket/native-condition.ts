import type { Condition, VendorBucket } from '@tidegate/evaluation';
import { ppmOf, saltOf, spanOf } from './native-ranges.ts';

/** A condition whose imported buckets are native ones of the same share. */
export function nativeCondition(condition: Condition): Condition {
  if ('all' in condition) return { all: condition.all.map(nativeCondition) };
  if ('any' in condition) return { any: condition.any.map(nativeCondition) };
  if ('not' in condition) return { not: nativeCondition(condition.not) };
  if (!('bucket' in condition) || !('bucketing' in condition.bucket)) return condition;
  return nativeBucket(condition.bucket);
}

/** The first unit that is there counts. */
function nativeBucket({ bucketing, units, from, to }: VendorBucket): Condition {
  const salt = saltOf(bucketing);
  const span = spanOf(bucketing);
  const range = { fromPpm: ppmOf(from, span), toPpm: ppmOf(to, span) };
  const choices = units.map((unit, index): Condition => {
    const missing = units.slice(0, index).map(isMissing);
    return { all: [...missing, { bucket: { salt, unit, ...range } }] };
  });
  return { any: choices };
}

export function isMissing(attribute: string): Condition {
  return { attribute, operator: 'notExists', values: [] };
}
