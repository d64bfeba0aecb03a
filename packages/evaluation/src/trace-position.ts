import { DEFAULT_UNIT, unitKeyOf } from './attribute.ts';
import { positionPpm, seedOf, unitHash } from './bucket.ts';
import type { Context, Position, VendorTrace } from './evaluation.ts';
import type { VendorBucketing } from './flag.ts';
import type { Language } from './language.ts';
import { vendorPosition } from './vendor-position.ts';

/** Where a context stands under a salt, and how it got there. */
export function tracePosition(
  { salt, unit = DEFAULT_UNIT }: { readonly salt: string; readonly unit?: string },
  context: Context,
): Position {
  const seed = seedOf(salt);
  const unitKey = unitKeyOf(context, unit);
  const h0 = unitKey === undefined ? undefined : unitHash(unitKey);
  const position = h0 === undefined ? undefined : positionPpm(h0, seed);
  return { unit, unitKey, salt, seed, unitHash: h0, positionPpm: position };
}

/** Whether a position is in [fromPpm, toPpm); a context without a unit has none. */
export function sliceOf(
  { positionPpm: position }: Position,
  { fromPpm, toPpm }: { readonly fromPpm: number; readonly toPpm: number },
) {
  return { fromPpm, toPpm, matched: position !== undefined && position >= fromPpm && position < toPpm };
}

/** Where a context stands in another vendor's buckets, and how it got there. */
export function traceVendorPosition(
  { bucketing, units }: { readonly bucketing: VendorBucketing; readonly units: readonly string[] },
  language: Language,
  context: Context,
): VendorTrace {
  const found = vendorPosition({ bucketing, units }, language)(context);
  const { algorithm } = bucketing;
  return { algorithm, units, unit: found?.unit, input: found?.input, position: found?.position };
}
