import type { JsonValue } from './json.ts';

/** What a positive operator means: a relation between one element of the attribute and the leaf's values. */
export interface Meaning {
  /** Whether the operator can compare with this value. */
  readonly takes: (value: JsonValue) => boolean;
  /** The relation to any of the values, all of which it takes. */
  readonly relateTo: (values: readonly JsonValue[]) => Relation;
}

export type Relation = (element: JsonValue) => boolean;
