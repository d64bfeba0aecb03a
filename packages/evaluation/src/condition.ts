import { attributeReader, DEFAULT_UNIT, type ReadAttribute, unitReader } from './attribute.ts';
import { positionPpm, seedOf, unitHash } from './bucket.ts';
import type { Bucket, Condition, DialectLeaf, Leaf } from './flag.ts';
import type { Language } from './language.ts';
import type { Match } from './match.ts';
import { type Comparison, compares, comparisonOf, isPresent } from './operator.ts';
import { vendorPosition } from './vendor-position.ts';

/** What a condition may refer to: other documents of the same Rules, their language, and their clock. */
export interface Scope {
  readonly language: Language;
  readonly nowMs: (() => number) | undefined;
  readonly segmentMatch: (segmentKey: string) => Match;
  /** Whether a flag serves one of some variations (see `isMet`). */
  readonly flagMatch: (flagKey: string, variations: readonly string[]) => Match;
}

/**
 * Levels of `all`, `any` and `not` inside one another. Evaluation recurses that deep, once per segment on the way (see
 * `REFERENCE_DEPTH_MAX`), which must fit the stack of any browser; nobody reads deeper logic.
 */
export const CONDITION_DEPTH_MAX = 32;

export function compileCondition(condition: Condition, scope: Scope): Match {
  const compile = (child: Condition) => compileCondition(child, scope);
  if ('all' in condition) return matchAll(condition.all.map(compile));
  if ('any' in condition) return matchAny(condition.any.map(compile));
  if ('not' in condition) return matchNot(compile(condition.not));
  if ('segment' in condition) return scope.segmentMatch(condition.segment);
  if ('flag' in condition) return scope.flagMatch(condition.flag, condition.variations);
  if ('bucket' in condition) return matchBucket(condition.bucket, scope.language);
  return matchLeaf(condition, scope);
}

export function matchLeaf(leaf: Leaf | DialectLeaf, { language, nowMs }: Pick<Scope, 'language' | 'nowMs'>): Match {
  if (leaf.dialect !== undefined) return matchDialect(leaf, language, (path) => attributeReader(path, nowMs));
  const read = attributeReader(leaf.attribute, nowMs);
  if (leaf.operator === 'exists') return (context) => isPresent(read(context));
  if (leaf.operator === 'notExists') return (context) => !isPresent(read(context));
  return matchComparison(read, comparisonOf(leaf.operator, leaf.values, language.operators));
}

/** The children of a tree's node; none for a leaf. */
export function childrenOf(condition: Condition): readonly Condition[] {
  if ('all' in condition) return condition.all;
  if ('any' in condition) return condition.any;
  return 'not' in condition ? [condition.not] : [];
}

function matchAll(matches: readonly Match[]): Match {
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return only;
  return (context) => {
    for (const match of matches) if (!match(context)) return false;
    return true;
  };
}

function matchAny(matches: readonly Match[]): Match {
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return only;
  return (context) => {
    for (const match of matches) if (match(context)) return true;
    return false;
  };
}

function matchNot(match: Match): Match {
  return (context) => !match(context);
}

function matchComparison(read: ReadAttribute, { relates, wanted }: Comparison): Match {
  return (context) => compares(read(context), relates, wanted);
}

function matchDialect(leaf: DialectLeaf, language: Language, readerOf: (path: string) => ReadAttribute): Match {
  const dialect = language.dialects[leaf.dialect];
  if (dialect === undefined) throw new Error(`the dialect ${leaf.dialect} is not loaded`);
  return dialect.compileLeaf(leaf, readerOf);
}

function matchBucket(bucket: Bucket, language: Language): Match {
  if ('bucketing' in bucket) {
    const { from, to } = bucket;
    const positionOf = vendorPosition(bucket, language);
    return (context) => {
      const found = positionOf(context);
      return found !== undefined && found.position >= from && found.position < to;
    };
  }
  const { unit = DEFAULT_UNIT, salt, fromPpm, toPpm } = bucket;
  return matchPosition(unit, { seed: seedOf(salt), fromPpm, toPpm });
}

/** Whether the unit's position under a seed is in [fromPpm, toPpm). */
export function matchPosition(
  unit: string,
  { seed, fromPpm, toPpm }: { readonly seed: number; readonly fromPpm: number; readonly toPpm: number },
): Match {
  const unitKeyOf = unitReader(unit);
  return (context) => {
    const unitKey = unitKeyOf(context);
    if (unitKey === undefined) return false;
    const position = positionPpm(unitHash(unitKey), seed);
    return position >= fromPpm && position < toPpm;
  };
}
