import { attributeReader } from './attribute.ts';
import type { FindVendorPosition, Language, VendorBucketed } from './language.ts';

export type { VendorPosition } from './language.ts';

/** The position of the first of the units that the vendor takes for one; undefined when none is. */
export function vendorPosition({ bucketing, units }: VendorBucketed, language: Language): FindVendorPosition {
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
