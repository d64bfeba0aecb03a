import type { Operator } from './flag.ts';

/** The negated operators, each with the positive one that it turns round. */
export const TWINS = {
  notEquals: 'equals',
  notIn: 'in',
  notOverlaps: 'overlaps',
  notContains: 'contains',
  notStartsWith: 'startsWith',
  notEndsWith: 'endsWith',
  notMatches: 'matches',
  notBefore: 'before',
  notAfter: 'after',
  notInCidr: 'inCidr',
  semverNotEquals: 'semverEquals',
} as const satisfies Partial<Record<Operator, Operator>>;

/** Presence is not a comparison: `exists` and `notExists` ask `isPresent`. */
export type ComparingOperator = Exclude<Operator, 'exists' | 'notExists'>;

export type PositiveOperator = Exclude<ComparingOperator, keyof typeof TWINS>;

export function isNegated(operator: Operator): operator is keyof typeof TWINS {
  return Object.hasOwn(TWINS, operator);
}

export function positiveOf(operator: ComparingOperator): PositiveOperator {
  return isNegated(operator) ? TWINS[operator] : operator;
}
