import type { Condition } from '@tidegate/evaluation';
import type { SegmentDefinition } from '@tidegate/flag-file';
import { allOf, anyOf, EVERYBODY, NOBODY } from '../condition-tree.ts';
import { Refusal } from '../refusal.ts';
import { keyPath } from './attribute-path.ts';
import { clauseCondition } from './clause-condition.ts';
import type { LaunchDarklySegment, LaunchDarklySegmentRule, LaunchDarklySegmentTarget } from './launchdarkly-file.ts';
import { ABOVE_ALL, bucketsOf, positionOfWeight } from './rollout-serve.ts';

/**
 * A segment. LaunchDarkly asks who is included before who is excluded, Tidegate the other way round: who is both is
 * taken off the excluded. Lists of other kinds of contexts become conditions.
 */
export function segmentDefinition(
  segment: LaunchDarklySegment,
  isSegment: (key: string) => boolean,
): SegmentDefinition {
  if (segment.unbounded === true) {
    throw new Refusal('Its members are not in the file: it is a big segment (unbounded), kept in a store of its own.');
  }
  const condition = anyOf((segment.rules ?? []).map((rule) => ruleCondition(rule, segment, isSegment)));
  const { includedContexts = [], excludedContexts = [] } = segment;
  const included = keysOf(segment.included ?? []);
  const excluded = keysOf(segment.excluded ?? []);
  if (includedContexts.length === 0 && excludedContexts.length === 0) {
    const isIncluded = new Set(included);
    return { included, excluded: excluded.filter((key) => !isIncluded.has(key)), condition };
  }
  const users = (values: readonly string[]) => ({ values });
  const isIncluded = anyOf([...includedContexts, users(included)].flatMap(listed));
  const isExcluded = anyOf([...excludedContexts, users(excluded)].flatMap(listed));
  return { condition: anyOf([isIncluded, allOf([{ not: isExcluded }, condition])]) };
}

/** Keys of contexts are texts; the empty key is in no list. */
function keysOf(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === 'string' && value !== '').map(String);
}

function listed({ contextKind, values }: LaunchDarklySegmentTarget): Condition[] {
  const keys = keysOf(values);
  return keys.length === 0 ? [] : [{ attribute: keyPath(contextKind), operator: 'in', values: keys }];
}

function ruleCondition(
  rule: LaunchDarklySegmentRule,
  { key, salt }: LaunchDarklySegment,
  isSegment: (key: string) => boolean,
): Condition {
  const { clauses, weight, bucketBy, rolloutContextKind: contextKind } = rule;
  if (clauses === undefined) return NOBODY;
  const conditions = clauses.map((clause) => clauseCondition(clause, isSegment));
  if (weight === undefined) return allOf(conditions);
  return allOf([...conditions, shareCondition(weight, bucketsOf({ key, salt, bucketBy, contextKind }))]);
}

/** A context without the unit is in bucket 0, so it is outside of what lies above the share. */
function shareCondition(weight: number, buckets: ReturnType<typeof bucketsOf>): Condition {
  const from = positionOfWeight(weight);
  if (from <= 0) return NOBODY;
  return from >= ABOVE_ALL ? EVERYBODY : { not: { bucket: { ...buckets, from, to: ABOVE_ALL } } };
}
