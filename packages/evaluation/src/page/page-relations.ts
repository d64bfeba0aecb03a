import type { JsonValue } from '../json.ts';

/** What one element of an attribute is to one value of a leaf. */
type Relation = (element: JsonValue, value: JsonValue) => boolean;

const isSame: Relation = (element, value) => element === value && element !== null;

/**
 * The relations of almost every rule (see `core-operators.ts`). Words that negate are these, with `not` before them;
 * `exists` is no relation.
 */
export const RELATIONS: Readonly<Record<string, Relation>> = {
  equals: isSame,
  in: isSame,
  overlaps: isSame,
  contains: among('string', (text: string, part) => text.includes(part)),
  startswith: among('string', (text: string, part) => text.startsWith(part)),
  endswith: among('string', (text: string, part) => text.endsWith(part)),
  lessthan: among('number', (number: number, bound) => number < bound),
  lessthanorequal: among('number', (number: number, bound) => number <= bound),
  greaterthan: among('number', (number: number, bound) => number > bound),
  greaterthanorequal: among('number', (number: number, bound) => number >= bound),
};

/** A relation among values of one type. */
function among<T extends JsonValue>(type: 'string' | 'number', relates: (element: T, value: T) => boolean): Relation {
  // Both are of the type that was just looked at.
  return (element, value) => typeof element === type && typeof value === type && relates(element as T, value as T);
}
