import type { DialectLeaf } from './flag.ts';
import type { JsonValue } from './json.ts';
import type { FindVendorPosition, VendorBucketed } from './language.ts';
import type { Match } from './match.ts';
import type { Meaning } from './meaning.ts';
import type { Members } from './members.ts';
import type { ReadAttribute } from './read-attribute.ts';

/**
 * A condition made ready to be asked: `matches` runs it and `explain` reads it aloud. Other documents are meant by their
 * place in `References`, so that a plan outlives the Rules that it was made for. All kinds have the same fields in the
 * same order, so that an engine reads any of them by one path: that is worth some nanoseconds on every node.
 */
export type ConditionPlan =
  | ComparePlan
  | PresencePlan
  | Plan<'all' | 'any', undefined, readonly ConditionPlan[]>
  | Plan<'not', undefined, ConditionPlan>
  | Plan<'segment', string, number>
  | AskPlan
  | ListedPlan
  | PositionPlan
  | VendorPositionPlan
  | Plan<'dialect', DialectLeaf, Match>;

/** Any of nothing: what holds for nobody, in every plan the same. */
export const NOBODY: ConditionPlan = {
  kind: 'any',
  subject: undefined,
  read: undefined,
  meaning: undefined,
  operand: [],
  values: undefined,
};

/** The attribute at `subject` is compared with `operand`, which was prepared of `values`. */
export type ComparePlan = Plan<'compare', string, unknown, readonly JsonValue[], Meaning>;

/** Whether the attribute at `subject` is there. */
export type PresencePlan = Plan<'exists' | 'notExists', string, undefined, readonly JsonValue[]>;

/** The flag `subject`, at the place `operand`, serves one of the variations `values`. */
export type AskPlan = Plan<'flag', string, number, readonly string[]>;

/** The unit at `subject` is one of some keys. */
export type ListedPlan = Plan<'listed', string, Members<string>>;

/** The unit at `subject` takes a position in these bounds, under a salt. */
export type PositionPlan = Plan<'position', string, Salt, Bounds>;

/** The first unit that the vendor finds at `subject` takes a position in these bounds. */
export type VendorPositionPlan = Plan<'vendorPosition', VendorBucketed, FindVendorPosition, Bounds>;

interface Plan<Kind extends string, Subject, Operand = undefined, Values = undefined, Means = undefined> {
  readonly kind: Kind;
  /** What is asked about: an attribute path, or a key. */
  readonly subject: Subject;
  /** Reads the attribute at `subject`; undefined reads the property of that name. */
  readonly read: ReadAttribute | undefined;
  readonly meaning: Means;
  readonly operand: Operand;
  readonly values: Values;
}

export interface Salt {
  readonly salt: string;
  /** Its seed as a signed integer, which engines do not box. */
  readonly seed: number;
}

/** Half-open: [from, to). */
export interface Bounds {
  readonly from: number;
  readonly to: number;
}
