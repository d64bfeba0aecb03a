import { CALLER_DEFAULT, type FlagKind, type JsonValue, kindOf, type Variation } from '@tidegate/evaluation';
import { Refusal } from '../refusal.ts';
import { variationKeys } from '../variation-keys.ts';
import type { GrowthBookFeature, GrowthBookRule } from './growthbook-file.ts';

/** Everything that a feature can give. null is no value: GrowthBook's SDK answers it with the caller's default. */
export interface FeatureValues {
  readonly kind: FlagKind;
  readonly variations: readonly Variation[];
  /** The key of the variation that has this value; `CALLER_DEFAULT` for null. */
  readonly keyOf: (value: JsonValue | undefined) => string;
}

/**
 * GrowthBook's features have values and no variations, so each value becomes one, however many rules give it.
 *
 * @throws Refusal for values of several kinds.
 */
export function valuesOfFeature({ defaultValue, rules = [] }: GrowthBookFeature): FeatureValues {
  const values = new Map<string, JsonValue>();
  for (const value of [defaultValue, ...rules.flatMap(valuesOfRule)]) {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Refusal(`It has the value ${value}.`);
    if (value !== undefined && value !== null) values.set(JSON.stringify(value), value);
  }
  const distinct = [...values.values()];
  const [kind = 'json', ...others] = new Set(distinct.map(kindOf));
  if (others.length > 0) throw new Refusal(`Its values are of several kinds: ${[kind, ...others].join(', ')}.`);
  const keys = variationKeys(distinct);
  const keyByValue = new Map([...values.keys()].map((written, index) => [written, keys[index]]));
  return {
    kind,
    variations: distinct.map((value, index) => ({ key: keys[index] ?? '', value })),
    keyOf: (value) => keyByValue.get(JSON.stringify(value)) ?? CALLER_DEFAULT,
  };
}

function valuesOfRule(rule: GrowthBookRule): readonly (JsonValue | undefined)[] {
  return Object.hasOwn(rule, 'force') ? [rule.force] : (rule.variations ?? []);
}
