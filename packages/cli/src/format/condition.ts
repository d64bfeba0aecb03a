import type { Condition, JsonValue, Operator } from '@tidegate/evaluation';
import { formatJson, printable } from './text.ts';

/** A condition on one line: `country in ["DE","AT"] and not (segment staff)`. */
export function describeCondition(condition: Condition): string {
  if ('all' in condition) return joined(condition.all, 'and', 'everybody');
  if ('any' in condition) return joined(condition.any, 'or', 'nobody');
  if ('not' in condition) return `not (${describeCondition(condition.not)})`;
  if ('segment' in condition) return `segment ${condition.segment}`;
  return describeLeaf(condition);
}

export function describeLeaf(leaf: {
  readonly attribute: string;
  readonly operator: Operator | (string & {});
  readonly values: readonly JsonValue[];
}): string {
  const { attribute, operator, values } = leaf;
  const [first] = values;
  const compared = values.length === 0 ? '' : ` ${values.length === 1 ? formatJson(first) : formatJson(values)}`;
  return `${printable(attribute)} ${operator}${compared}`;
}

function joined(children: readonly Condition[], word: 'and' | 'or', whenEmpty: string): string {
  const [only] = children;
  if (only === undefined) return whenEmpty;
  if (children.length === 1) return describeCondition(only);
  return children
    .map((child) => ('all' in child || 'any' in child ? `(${describeCondition(child)})` : describeCondition(child)))
    .join(` ${word} `);
}
