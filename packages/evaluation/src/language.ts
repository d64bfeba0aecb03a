import type { Check } from './check.ts';
import type { Context } from './evaluation.ts';
import type { Dialect, DialectLeaf, VendorBucketing } from './flag.ts';
import type { JsonValue } from './json.ts';
import type { Match } from './match.ts';
import type { ComparingOperator, Meaning } from './meaning.ts';
import type { ReadAttribute } from './read-attribute.ts';

/**
 * The words that Rules understand, as tables of meanings (`COMPLETE_LANGUAGE` has them all). A document that uses a word
 * which its Rules do not know is malformed for them: PARSE_ERROR, never a guess.
 */
export interface Language {
  /** What is wrong with a document. */
  readonly findFlagFlaw: Check;
  readonly findSegmentFlaw: Check;
  readonly operators: Readonly<Partial<Record<ComparingOperator, Meaning>>>;
  readonly dialects: Readonly<Partial<Record<Dialect, DialectMeaning>>>;
  readonly bucketings: Readonly<Partial<Record<VendorBucketing['algorithm'], BucketingAlgorithm>>>;
}

/** What stands in another vendor's buckets: the first of these attribute paths that holds a unit counts. */
export interface VendorBucketed {
  readonly bucketing: VendorBucketing;
  readonly units: readonly string[];
}

export type FindVendorPosition = (context: Context) => VendorPosition | undefined;

/** Where a context stands in another vendor's buckets, and what was hashed for it. */
export interface VendorPosition {
  /** The attribute path that held the unit. */
  readonly unit: string;
  readonly input: string;
  readonly position: number;
}

/** What Rules need besides documents. */
export interface Means {
  readonly language: Language;
  /** What `$now` reads, in epoch milliseconds; absent, it is a missing attribute. */
  readonly nowMs?: (() => number) | undefined;
}

/** Another vendor's conditions, with that vendor's meaning. */
export interface DialectMeaning {
  /** What is wrong with a leaf of this dialect: an unknown operator, values that it cannot compare with. */
  readonly findLeafFlaw: (leaf: DialectLeaf) => string | undefined;
  /** A leaf without a flaw as a closure; `readerOf` reads an attribute path as native leaves do (`$now` too). */
  readonly compileLeaf: (leaf: DialectLeaf, readerOf: (path: string) => ReadAttribute) => Match;
}

/** Another vendor's way from a unit to a position. */
export interface BucketingAlgorithm {
  /** What is wrong with the parameters. */
  readonly findFlaw: Check;
  /** What is hashed for a unit; undefined when the vendor finds no unit in this value. */
  readonly inputOf: (bucketing: VendorBucketing, unit: JsonValue | undefined) => string | undefined;
  /** Where that is, in the vendor's own numbers. */
  readonly positionOf: (bucketing: VendorBucketing, input: string) => number;
}
