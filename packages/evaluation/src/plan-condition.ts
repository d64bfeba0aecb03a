import { attributeReader, DEFAULT_UNIT, findReader } from './attribute.ts';
import { seedOf } from './bucket.ts';
import {
  type AskPlan,
  type ComparePlan,
  type ConditionPlan,
  type ListedPlan,
  NOBODY,
  type PositionPlan,
  type PresencePlan,
  type Salt,
} from './condition-plan.ts';
import type { Bucket, Condition, DialectLeaf, LayerSlice, Leaf, Prerequisite, Target, VendorBucket } from './flag.ts';
import { membersOf } from './members-of.ts';
import type { Scope } from './scope.ts';
import { indexTexts } from './text-index.ts';
import { vendorPosition } from './vendor-position.ts';

// Each kind is written out with all fields in one order: see ConditionPlan.
const read = undefined;
const meaning = undefined;
const values = undefined;

export function planCondition(condition: Condition, scope: Scope): ConditionPlan {
  if ('all' in condition) return planAll(planParts(condition.all, scope));
  if ('any' in condition) {
    if (condition.any.length === 0) return NOBODY;
    return { kind: 'any', subject: undefined, read, meaning, operand: planParts(condition.any, scope), values };
  }
  if ('not' in condition) {
    return { kind: 'not', subject: undefined, read, meaning, operand: planCondition(condition.not, scope), values };
  }
  if ('segment' in condition) return planSegmentLeaf(condition.segment, scope);
  if ('flag' in condition) return planAsk(condition, scope);
  if ('bucket' in condition) return planBucketLeaf(condition.bucket, scope);
  return condition.dialect === undefined ? planLeaf(condition, scope) : planDialectLeaf(condition, scope);
}

function planParts(conditions: readonly Condition[], scope: Scope): ConditionPlan[] {
  return conditions.map((condition) => planCondition(condition, scope));
}

export function planAll(operand: readonly ConditionPlan[]): ConditionPlan {
  return { kind: 'all', subject: undefined, read, meaning, operand, values };
}

export function planSegmentLeaf(subject: string, { segments }: Scope): ConditionPlan {
  return { kind: 'segment', subject, read, meaning, operand: segments.push(subject) - 1, values };
}

export function planAsk({ flag: subject, variations }: Prerequisite, { flags }: Scope): AskPlan {
  return { kind: 'flag', subject, read, meaning, operand: flags.push(subject) - 1, values: variations };
}

export function planListed({ keys, unit: subject = DEFAULT_UNIT }: Target): ListedPlan {
  const operand = membersOf(keys, indexTexts);
  return { kind: 'listed', subject, read: findReader(subject), meaning, operand, values };
}

function planBucketLeaf(bucket: Bucket, scope: Scope): ConditionPlan {
  return 'bucketing' in bucket ? planVendorBucket(bucket, scope) : planPosition(bucket);
}

/** Whether the unit's position under a salt is in a slice. */
export function planPosition({
  salt,
  unit: subject = DEFAULT_UNIT,
  fromPpm: from,
  toPpm: to,
}: Omit<LayerSlice, 'key'> & { readonly salt: string }): PositionPlan {
  return {
    kind: 'position',
    subject,
    read: findReader(subject),
    meaning,
    operand: saltOf(salt),
    values: { from, to },
  };
}

export function saltOf(salt: string): Salt {
  return { salt, seed: seedOf(salt) | 0 };
}

function planVendorBucket(subject: VendorBucket, { language }: Scope): ConditionPlan {
  const operand = vendorPosition(subject, language);
  return { kind: 'vendorPosition', subject, read, meaning, operand, values: subject };
}

function planLeaf(leaf: Leaf, scope: Scope): ConditionPlan {
  return scope.shared.leaf(leaf, () => planNewLeaf(leaf, scope));
}

function planNewLeaf(
  { attribute: subject, operator, values }: Leaf,
  { language, nowMs }: Scope,
): ComparePlan | PresencePlan {
  const read = findReader(subject, nowMs);
  if (operator === 'exists' || operator === 'notExists') {
    return { kind: operator, subject, read, meaning, operand: undefined, values };
  }
  const word = known(language.operators, operator);
  // Lists are long, and almost always sound: then no copy is made.
  const taken = values.every(word.takes) ? values : values.filter(word.takes);
  return { kind: 'compare', subject, read, meaning: word, operand: word.prepare?.(taken) ?? taken, values };
}

function planDialectLeaf(subject: DialectLeaf, { language, nowMs }: Scope): ConditionPlan {
  const dialect = known(language.dialects, subject.dialect);
  const operand = dialect.compileLeaf(subject, (path) => attributeReader(path, nowMs));
  return { kind: 'dialect', subject, read, meaning, operand, values };
}

/** Throws when the language lacks the word: the document is malformed for it. */
function known<Words extends object, Name extends keyof Words>(words: Words, name: Name): NonNullable<Words[Name]> {
  const word = Object.hasOwn(words, name) ? words[name] : undefined;
  if (word == null) throw new Error(`"${String(name)}" is no word of this language`);
  return word;
}
