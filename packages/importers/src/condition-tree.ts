import type { Condition } from '@tidegate/evaluation';

export const EVERYBODY: Condition = { all: [] };
export const NOBODY: Condition = { any: [] };

/** All of some conditions, without a level for one alone. */
export function allOf(conditions: readonly Condition[]): Condition {
  const [only] = conditions;
  return only !== undefined && conditions.length === 1 ? only : { all: conditions };
}

/** Any of some conditions, without a level for one alone. */
export function anyOf(conditions: readonly Condition[]): Condition {
  const [only] = conditions;
  return only !== undefined && conditions.length === 1 ? only : { any: conditions };
}
