import {
  CALLER_DEFAULT,
  type Condition,
  type Rule,
  type VendorBucketing,
  type VendorRange,
} from '@tidegate/evaluation';
import { allOf, anyOf, NOBODY } from '../condition-tree.ts';
import type { JsonRecord } from '../json-record.ts';
import { Refusal } from '../refusal.ts';
import { hashAttributePath } from './attribute-path.ts';
import { coverageRange, experimentRanges, rangeWithout } from './bucket-ranges.ts';
import { convertCondition } from './convert-condition.ts';
import type { FeatureValues } from './feature-values.ts';
import type { GrowthBookFilter, GrowthBookRange, GrowthBookRule } from './growthbook-file.ts';
import { parentCondition } from './parent-condition.ts';

/** What a rule needs to know of its feature and the rest of the file. */
export interface RuleScope {
  readonly featureKey: string;
  readonly values: FeatureValues;
  readonly savedGroups: JsonRecord;
  /** The values of another feature; undefined when there is no such feature. */
  readonly valuesOf: (featureKey: string) => FeatureValues | undefined;
}

/**
 * A rule of a feature as rules of a flag: first one for each prerequisite that takes the value away when it is not met
 * (a gate), then the rule itself. A rule that can serve nobody becomes none.
 *
 * @throws Refusal for what the file alone does not decide.
 */
export function convertRule(rule: GrowthBookRule, id: string, scope: RuleScope): readonly Rule[] {
  refuseUndecided(rule);
  const rules: Rule[] = [];
  const met: Condition[] = [];
  for (const parent of rule.parentConditions ?? []) {
    const condition = parentCondition(parent, { parent: scope.valuesOf(parent.id), savedGroups: scope.savedGroups });
    if (parent.gate === true) {
      const blocked = allOf([...met, { not: condition }]);
      const serve = { kind: 'variation', variation: CALLER_DEFAULT } as const;
      rules.push({ id: `${id}.gate-${rules.length + 1}`, condition: blocked, serve });
    }
    met.push(condition);
  }
  const conditions = [...met, ...(rule.filters ?? []).map(filterCondition), ...ownCondition(rule, scope)];
  const last = Object.hasOwn(rule, 'force')
    ? forceRule(rule, { id, conditions }, scope)
    : experimentRule(rule, { id, conditions }, scope);
  return last === undefined ? rules : [...rules, last];
}

interface RuleStart {
  readonly id: string;
  readonly conditions: readonly Condition[];
}

/** Members of rules that SDKs ignore or act on outside of rules, or that need what an SDK remembered. */
function refuseUndecided(rule: GrowthBookRule): void {
  for (const [name, what] of Object.entries(UNDECIDED)) {
    if (Object.hasOwn(rule, name)) throw new Refusal(`A rule has ${what} (${name}).`);
  }
  if (rule.disableStickyBucketing === true) return;
  const sticky = rule.fallbackAttribute ? 'fallbackAttribute' : rule.minBucketVersion ? 'minBucketVersion' : undefined;
  if (sticky === undefined) return;
  throw new Refusal(`A rule has sticky bucketing (${sticky}): what users get depends on what an SDK stored for them.`);
}

const UNDECIDED = {
  contextualBanditRef: 'a contextual bandit',
  contextualVariations: 'a contextual bandit',
  urlPatterns: 'targeting by URL',
  url: 'targeting by URL',
};

function ownCondition({ condition }: GrowthBookRule, { savedGroups }: RuleScope): Condition[] {
  return condition ? [convertCondition(condition, savedGroups)] : [];
}

function forceRule(rule: GrowthBookRule, { id, conditions }: RuleStart, scope: RuleScope): Rule {
  const { seed, hashAttribute, range, coverage } = rule;
  const hashVersion = hashVersionOf(rule.hashVersion, 1);
  const included = range ?? (coverage === undefined ? undefined : coverageRange(coverage, hashVersion));
  const bucketing = { algorithm: 'growthbook', seed: seed || scope.featureKey, hashVersion } as const;
  // A coverage of 0 is nobody, though the position 0 would be in it.
  const isNobody = range === undefined && coverage === 0;
  const share = included === undefined ? [] : [isNobody ? NOBODY : bucketCondition(bucketing, hashAttribute, included)];
  return {
    id,
    condition: allOf([...conditions, ...share]),
    serve: { kind: 'variation', variation: scope.values.keyOf(rule.force) },
  };
}

function experimentRule(rule: GrowthBookRule, { id, conditions }: RuleStart, scope: RuleScope): Rule | undefined {
  const { variations = [], hashAttribute, namespace, filters, meta } = rule;
  // One variation is no experiment, and nobody is in it.
  if (variations.length < 2) return undefined;
  if (meta !== undefined && meta.length < variations.length) {
    throw new Refusal('An experiment describes fewer variations than it has (meta).');
  }
  const key = rule.key || scope.featureKey;
  if (key in Object.prototype) throw new Refusal(`The experiment "${key}" means something to JavaScript.`);
  const hashVersion = hashVersionOf(rule.hashVersion, 1);
  const seed = rule.seed || key;
  const ranges = servedRanges(rule, variations.length).map(
    ({ from, to, index }): VendorRange => ({ from, to, variation: scope.values.keyOf(variations[index]) }),
  );
  if (ranges.length === 0) return undefined;
  const inNamespace =
    namespace === undefined || filters !== undefined ? [] : [namespaceCondition(namespace, hashAttribute)];
  return {
    id,
    condition: allOf([...conditions, ...inNamespace]),
    serve: {
      kind: 'vendorSplit',
      bucketing: { algorithm: 'growthbook', seed, hashVersion },
      units: [hashAttributePath(hashAttribute)],
      ranges,
    },
  };
}

/**
 * The ranges whose variation is served. The first range that holds a position decides, also when it serves nothing
 * (`passthrough`, or a variation that is not there): then the next rule is asked, and later ranges are not.
 */
function servedRanges(
  rule: GrowthBookRule,
  variationCount: number,
): readonly { readonly from: number; readonly to: number; readonly index: number }[] {
  const passing: GrowthBookRange[] = [];
  return experimentRanges(rule, variationCount).flatMap((range, index) => {
    const isServed = index < variationCount && rule.meta?.[index]?.passthrough !== true;
    const left = isServed ? rangeWithout(range, passing) : [];
    if (!isServed) passing.push(range);
    return left.map(([from, to]) => ({ from, to, index }));
  });
}

function filterCondition({ attribute, seed, hashVersion, ranges }: GrowthBookFilter): Condition {
  const bucketing = { algorithm: 'growthbook', seed, hashVersion: hashVersionOf(hashVersion, 2) } as const;
  return anyOf(ranges.map((range) => bucketCondition(bucketing, attribute, range)));
}

function namespaceCondition(
  [name, from, to]: readonly [string, number, number],
  attribute: string | undefined,
): Condition {
  return bucketCondition({ algorithm: 'growthbook', seed: `__${name}`, hashVersion: 1 }, attribute, [from, to]);
}

function bucketCondition(
  bucketing: VendorBucketing,
  attribute: string | undefined,
  [from, to]: GrowthBookRange,
): Condition {
  return { bucket: { bucketing, units: [hashAttributePath(attribute)], from, to } };
}

function hashVersionOf(hashVersion: number | undefined, otherwise: 1 | 2): 1 | 2 {
  if (hashVersion === undefined || hashVersion === 0) return otherwise;
  if (hashVersion === 1 || hashVersion === 2) return hashVersion;
  throw new Refusal(`A rule has the version ${hashVersion} of GrowthBook's hash; known are 1 and 2.`);
}
