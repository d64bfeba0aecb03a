import type { Condition } from '@tidegate/evaluation';
import { anyOf } from '../condition-tree.ts';
import { Refusal } from '../refusal.ts';
import { attributePath } from './attribute-path.ts';
import type { LaunchDarklyClause } from './launchdarkly-file.ts';

/** A clause as a leaf of LaunchDarkly's dialect; segments that are not there have no members. */
export function clauseCondition(clause: LaunchDarklyClause, isSegment: (key: string) => boolean): Condition {
  const { op, values, negate = false } = clause;
  if (op !== 'segmentMatch') {
    const attribute = attributePath(clause.attribute, clause.contextKind);
    return { dialect: 'launchdarkly', attribute, operator: negate ? `not ${op}` : op, values };
  }
  const condition = anyOf(
    values
      .map(segmentKey)
      .filter(isSegment)
      .map((segment) => ({ segment })),
  );
  return negate ? { not: condition } : condition;
}

function segmentKey(value: unknown): string {
  if (typeof value !== 'string')
    throw new Refusal(`A clause asks for the segment ${JSON.stringify(value)}, which is no key.`);
  return value;
}
