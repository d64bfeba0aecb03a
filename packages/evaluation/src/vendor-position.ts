import { attributeReader } from './attribute.ts';
import type { Context } from './evaluation.ts';
import type { VendorBucketing } from './flag.ts';
import type { Language } from './language.ts';

/** Where a context stands in another vendor's buckets, and what was hashed for it. */
export interface VendorPosition {
  /** The attribute path that held the unit. */
  readonly unit: string;
  readonly input: string;
  readonly position: number;
}

/** The position of the first of the units that the vendor takes for one; undefined when none is. */
export function vendorPosition(
  { bucketing, units }: { readonly bucketing: VendorBucketing; readonly units: readonly string[] },
  language: Language,
): (context: Context) => VendorPosition | undefined {
  const algorithm = language.bucketings[bucketing.algorithm];
  if (algorithm === undefined) throw new Error(`the bucketing of ${bucketing.algorithm} is not loaded`);
  const readers = units.map((unit) => ({ unit, read: attributeReader(unit) }));
  return (context) => {
    for (const { unit, read } of readers) {
      const input = algorithm.inputOf(bucketing, read(context));
      if (input !== undefined) return { unit, input, position: algorithm.positionOf(bucketing, input) };
    }
    return undefined;
  };
}
