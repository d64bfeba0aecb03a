import type { JsonValue } from '@tidegate/evaluation';

export interface Operation {
  readonly operator: string;
  readonly operand: JsonValue;
}

/** The operator and operand of an expression; undefined for a value. */
export function soleOperation(expression: JsonValue): Operation | undefined {
  if (typeof expression !== 'object' || expression === null || Array.isArray(expression)) return undefined;
  const [entry, ...others] = Object.entries(expression);
  return entry === undefined || others.length > 0 ? undefined : { operator: entry[0], operand: entry[1] };
}
