import { childrenOf } from './children-of.ts';
import type { Condition, Flag, Segment, Serve } from './flag.ts';
import type { Language } from './language.ts';

/**
 * Whether a language knows every word of some documents (`null`, as in a change, has none). A page that holds the core
 * asks this before it compiles what came, and loads `./words` when the answer is no. Never throws: what is malformed
 * stays so in any language.
 */
export function speaks(language: Language, documents: readonly (Flag | Segment | null)[]): boolean {
  return documents.every((document) => {
    try {
      return document === null || isSpoken(language, document);
    } catch {
      return true;
    }
  });
}

function isSpoken(language: Language, document: Flag | Segment): boolean {
  if ('included' in document) return isConditionSpoken(language, document.condition);
  return (
    isServeSpoken(language, document.fallthrough) &&
    document.rules.every(
      ({ condition, serve }) => isConditionSpoken(language, condition) && isServeSpoken(language, serve),
    )
  );
}

function isServeSpoken({ bucketings }: Language, serve: Serve): boolean {
  return serve.kind !== 'vendorSplit' || Object.hasOwn(bucketings, serve.bucketing.algorithm);
}

function isConditionSpoken(language: Language, condition: Condition): boolean {
  if ('bucket' in condition) {
    return (
      !('bucketing' in condition.bucket) || Object.hasOwn(language.bucketings, condition.bucket.bucketing.algorithm)
    );
  }
  if (!('attribute' in condition)) return childrenOf(condition).every((child) => isConditionSpoken(language, child));
  if (condition.dialect !== undefined) return Object.hasOwn(language.dialects, condition.dialect);
  const { operator } = condition;
  return operator === 'exists' || operator === 'notExists' || Object.hasOwn(language.operators, operator);
}
