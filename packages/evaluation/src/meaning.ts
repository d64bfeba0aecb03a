import type { Operator } from './flag.ts';
import type { JsonValue } from './json.ts';

/** Presence is not a comparison: `exists` and `notExists` need no meaning. */
export type ComparingOperator = Exclude<Operator, 'exists' | 'notExists'>;

/**
 * What a comparing operator means: a relation between one element of the attribute and the leaf's values. What is
 * compared with is prepared when a flag is planned (texts parsed, lists indexed), and comparing allocates nothing.
 */
export interface Meaning<Operand = unknown> {
  /** Whether the operator can compare with this value. */
  takes(value: JsonValue): boolean;
  /** What elements are compared with, of values that the operator takes; when absent, the values themselves. */
  readonly prepare?: ((values: readonly JsonValue[]) => Operand) | undefined;
  /** Whether an element relates to any of the values. */
  relates(element: JsonValue, operand: Operand): boolean;
  /** Whether a leaf matches where its element does not relate. */
  readonly isNegated: boolean;
}

/** The negated twin: for attributes that are there, it matches where the other does not. */
export function not(meaning: Meaning): Meaning {
  return { ...meaning, isNegated: true };
}
