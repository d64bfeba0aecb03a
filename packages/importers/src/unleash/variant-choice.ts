import type { Condition, JsonValue, Serve, VendorRange } from '@tidegate/evaluation';
import { isRecord, type JsonRecord } from '../json-record.ts';
import { Refusal } from '../refusal.ts';
import { fieldOf } from './field-of.ts';
import { DEFAULT_VARIANT_STICKINESS, fieldStickiness } from './stickiness.ts';
import { listIn } from './strategy-condition.ts';
import type { Variant, Variants } from './variants.ts';

/** How one list of variants chooses among itself. */
export interface VariantChoice {
  /** Units that get a variant by name, before the split. */
  readonly overrides: readonly { readonly condition: Condition; readonly variation: string }[];
  readonly serve: Serve;
  readonly reasons: readonly string[];
}

export interface VariantList {
  readonly variants: readonly JsonRecord[];
  readonly groupId: string;
  readonly stickiness: unknown;
  readonly where: string;
}

const VARIANT_SEED = 86_028_157;

/** The choice that a list of variants makes; undefined for one whose weights add up to nothing: it chooses none. */
export function variantChoice(
  { variants, groupId, stickiness, where }: VariantList,
  known: Variants,
): VariantChoice | undefined {
  const weights = variants.map((variant) => weightOf(variant, where));
  const bucketCount = weights.reduce((sum, weight) => sum + weight, 0);
  if (bucketCount <= 0) return undefined;
  if (!Number.isSafeInteger(bucketCount)) throw new Refusal(`${where} has weights beyond what doubles count exactly.`);
  const variations = variants.map((variant) => known.keyOf(variantOf(variant, where)));
  const overrides = variants.flatMap((variant, index) => {
    const conditions = overrideConditions(variant, where);
    return conditions.length === 0 ? [] : [{ condition: { any: conditions }, variation: variations[index] ?? '' }];
  });
  const ranges = rangesOf(weights, variations);
  const [first, ...others] = ranges;
  // The weights add up to more than nothing, so somebody gets something.
  if (first === undefined) throw new Error(`${where} has ${bucketCount} buckets and no range`);
  if (others.length === 0) return { overrides, serve: { kind: 'variation', variation: first.variation }, reasons: [] };
  if (stickiness === 'random') {
    throw new Refusal(`${where} are chosen by dice at every evaluation: nobody has one that could be kept.`);
  }
  const isDefault = stickiness === undefined || stickiness === 'default';
  const { units, takes } = isDefault ? DEFAULT_VARIANT_STICKINESS : fieldStickiness(stickiness, where);
  const bucketing = { algorithm: 'unleash', groupId, seed: VARIANT_SEED, bucketCount, takes } as const;
  const unit = isDefault ? 'userId, sessionId or remoteAddress' : String(stickiness);
  return {
    overrides,
    serve: { kind: 'vendorSplit', bucketing, units, ranges, onMissingUnit: first.variation },
    reasons: [`${where}: a context without ${unit}, for which Unleash throws dice, gets "${first.variation}".`],
  };
}

function variantOf({ name, payload }: JsonRecord, where: string): Variant {
  if (typeof name !== 'string') throw new Refusal(`${where} have one without a name.`);
  // It came as JSON.
  return { name, ...(payload !== undefined && { payload: payload as JsonValue }), enabled: true };
}

function weightOf({ weight }: JsonRecord, where: string): number {
  if (typeof weight !== 'number' || !Number.isSafeInteger(weight)) {
    throw new Refusal(`${where} have a weight that is no whole number.`);
  }
  return weight;
}

function overrideConditions(variant: JsonRecord, where: string): readonly Condition[] {
  return listIn(variant, 'overrides', where).map((override) => {
    if (!isRecord(override) || !Array.isArray(override['values'])) {
      throw new Refusal(`${where} have a malformed override.`);
    }
    return {
      dialect: 'unleash',
      attribute: fieldOf(override['contextName'], `${where}, an override`),
      operator: 'OVERRIDE',
      // Fields are compared as texts, and nothing else is one.
      values: override['values'].filter((value) => typeof value === 'string'),
    };
  });
}

/** The first variant up to whose sum a position is: one with no weight, or less, moves nobody but those after it. */
function rangesOf(weights: readonly number[], variations: readonly string[]): readonly VendorRange[] {
  const ranges: VendorRange[] = [];
  let sum = 0;
  let from = 1;
  for (const [index, weight] of weights.entries()) {
    sum += weight;
    if (sum + 1 <= from) continue;
    ranges.push({ from, to: sum + 1, variation: variations[index] ?? '' });
    from = sum + 1;
  }
  return ranges;
}
