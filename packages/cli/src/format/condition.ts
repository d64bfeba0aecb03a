import { formatPercent } from '@tidegate/analysis/quantities';
import type { Bucket, Condition, JsonValue } from '@tidegate/evaluation';
import { formatJson, printable } from './text.ts';

/** A condition on one line: `country in ["DE","AT"] and not (segment staff)`. */
export function describeCondition(condition: Condition): string {
  if ('all' in condition) return joined(condition.all, 'and', 'everybody');
  if ('any' in condition) return joined(condition.any, 'or', 'nobody');
  if ('not' in condition) return `not (${describeCondition(condition.not)})`;
  if ('segment' in condition) return `segment ${condition.segment}`;
  if ('flag' in condition) return `flag ${condition.flag} serves ${condition.variations.join(' or ')}`;
  if ('bucket' in condition) return describeBucket(condition.bucket);
  return describeLeaf(condition);
}

function describeBucket(bucket: Bucket): string {
  if ('bucketing' in bucket) return `bucket [${bucket.from}, ${bucket.to}) of ${bucket.bucketing.algorithm}`;
  return `bucket [${formatPercent(bucket.fromPpm)}, ${formatPercent(bucket.toPpm)}) of ${formatJson(bucket.salt)}`;
}

export function describeLeaf(leaf: {
  readonly attribute: string;
  readonly operator: string;
  readonly dialect?: string | undefined;
  readonly values: readonly JsonValue[];
}): string {
  const { attribute, operator, values, dialect } = leaf;
  const [first] = values;
  const compared = values.length === 0 ? '' : ` ${values.length === 1 ? formatJson(first) : formatJson(values)}`;
  return `${printable(attribute)} ${dialect === undefined ? '' : `${dialect}:`}${operator}${compared}`;
}

function joined(children: readonly Condition[], word: 'and' | 'or', whenEmpty: string): string {
  const [only] = children;
  if (only === undefined) return whenEmpty;
  if (children.length === 1) return describeCondition(only);
  return children
    .map((child) => ('all' in child || 'any' in child ? `(${describeCondition(child)})` : describeCondition(child)))
    .join(` ${word} `);
}
