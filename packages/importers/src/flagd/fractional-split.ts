import type { JsonValue, ServeVendorSplit, VendorBucketing, VendorRange } from '@tidegate/evaluation';
import { soleOperation } from './sole-operation.ts';
import type { Mode, Targeting } from './targeting.ts';

type FlagdBucketing = Extract<VendorBucketing, { readonly algorithm: 'flagd' }>;

export interface FractionalSplit {
  /** Undefined when the weights give nobody a bucket. */
  readonly serve: ServeVendorSplit | undefined;
  /**
   * The attribute that is bucketed by as it is. A list there is taken for one more bucket by flagd, which a split
   * cannot tell.
   */
  readonly listable: string | undefined;
}

/** flagd's weights add up to a 32-bit integer, or nobody is in a bucket. */
const WEIGHT_MAX = 0x7fff_ffff;

/** A `fractional` whose buckets stand in the file and whose unit is one attribute, as a split; undefined for others. */
export function fractionalSplit(
  operand: JsonValue,
  { mode, targeting }: { readonly mode: Mode; readonly targeting: Targeting },
): FractionalSplit | undefined {
  if (!Array.isArray(operand)) return undefined;
  const [first, ...rest] = operand;
  if (first === undefined) return undefined;
  const unit = Array.isArray(first) ? flagUnit(targeting) : unitOf(first, { mode, targeting });
  const fractions = (Array.isArray(first) ? operand : rest).map(fractionOf);
  if (unit === undefined || !fractions.every((fraction) => fraction !== undefined)) return undefined;
  const totalWeight = fractions.reduce((sum, { weight }) => sum + weight, 0);
  const listable = unit.takes === 'text' ? unit.attribute : undefined;
  if (totalWeight === 0 || totalWeight > WEIGHT_MAX) return { serve: undefined, listable };
  const bucketing: FlagdBucketing = { algorithm: 'flagd', prefix: unit.prefix, totalWeight, takes: unit.takes };
  const serve: ServeVendorSplit = {
    kind: 'vendorSplit',
    bucketing,
    units: [unit.attribute],
    ranges: rangesOf(fractions, targeting),
    onMissingUnit: targeting.otherwise,
  };
  return { serve, listable };
}

interface Unit {
  readonly attribute: string;
  readonly prefix: string;
  readonly takes: FlagdBucketing['takes'];
}

function flagUnit({ flagKey }: Targeting): Unit {
  return { attribute: 'targetingKey', prefix: flagKey, takes: 'truthy' };
}

/** `{"var": "email"}`, or the same after texts and the flag's key in a `cat`. */
function unitOf(
  expression: JsonValue,
  { mode, targeting }: { readonly mode: Mode; readonly targeting: Targeting },
): Unit | undefined {
  const attribute = attributeOf(expression);
  if (attribute !== undefined) return { attribute, prefix: '', takes: 'text' };
  const { operator, operand } = soleOperation(expression) ?? {};
  if (operator !== 'cat' || !Array.isArray(operand) || operand.length < 2) return undefined;
  const last = attributeOf(operand.at(-1));
  const prefix = operand.slice(0, -1).map((part) => prefixOf(part, targeting));
  if (last === undefined || !prefix.every((part) => part !== undefined)) return undefined;
  return { attribute: last, prefix: prefix.join(''), takes: mode === 'compiled' ? 'orNull' : 'orEmpty' };
}

function prefixOf(part: JsonValue, { flagKey }: Targeting): string | undefined {
  if (typeof part === 'string') return part;
  return pathOf(part) === '$flagd.flagKey' ? flagKey : undefined;
}

/** An attribute of the context itself: paths lead through other things there than here. */
function attributeOf(expression: JsonValue | undefined): string | undefined {
  const path = expression === undefined ? undefined : pathOf(expression);
  return path === undefined || /[.\\]/.test(path) || path === '' || path === '$flagd' || path in Object.prototype
    ? undefined
    : path;
}

function pathOf(expression: JsonValue): string | undefined {
  const { operator, operand } = soleOperation(expression) ?? {};
  const [path, ...others] = Array.isArray(operand) ? operand : [operand];
  return operator === 'var' && typeof path === 'string' && others.length === 0 ? path : undefined;
}

interface Fraction {
  readonly variant: string | null;
  readonly weight: number;
}

function fractionOf(bucket: JsonValue): Fraction | undefined {
  if (!Array.isArray(bucket) || bucket.length === 0 || bucket.length > 2) return undefined;
  const [variant = null, weight = 1] = bucket;
  if (typeof weight !== 'number' || !Number.isInteger(weight)) return undefined;
  if (typeof variant === 'object' && variant !== null) return undefined;
  return { variant: variant === null ? null : String(variant), weight: Math.max(0, weight) };
}

function rangesOf(fractions: readonly Fraction[], targeting: Targeting): readonly VendorRange[] {
  const ranges: VendorRange[] = [];
  let from = 0;
  for (const { variant, weight } of fractions) {
    if (weight > 0) ranges.push({ from, to: from + weight, variation: targeting.served(variant) });
    from += weight;
  }
  return ranges;
}
