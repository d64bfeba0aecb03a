import {
  anything,
  type Check,
  finite,
  integer,
  type JsonValue,
  listOf,
  optional,
  record,
  text,
  truth,
} from '@tidegate/evaluation';
import { isRecord, type JsonRecord } from '../json-record.ts';
import { Refusal } from '../refusal.ts';
import { UnreadableFile } from '../unreadable-file.ts';

/**
 * What GrowthBook's SDKs evaluate: the payload of an SDK connection (`/api/features/KEY`), or its `features` alone.
 * Experiments that change pages (`experiments`) decide no feature. What is inside a feature is checked when its turn
 * comes, so that one broken feature is one refusal.
 */
export interface GrowthBookFile {
  readonly features: ReadonlyMap<string, unknown>;
  readonly savedGroups: JsonRecord;
}

export interface GrowthBookFeature {
  readonly defaultValue?: JsonValue;
  readonly rules?: readonly GrowthBookRule[];
}

/** Serves a value (`force`) or an experiment (`variations`). */
export interface GrowthBookRule {
  readonly id?: string;
  readonly condition?: JsonValue;
  readonly parentConditions?: readonly GrowthBookParent[];
  readonly filters?: readonly GrowthBookFilter[];
  readonly force?: JsonValue;
  readonly variations?: readonly JsonValue[];
  readonly key?: string;
  readonly seed?: string;
  readonly hashAttribute?: string;
  readonly hashVersion?: number;
  readonly coverage?: number;
  readonly range?: GrowthBookRange;
  readonly ranges?: readonly GrowthBookRange[];
  readonly weights?: readonly number[];
  readonly namespace?: readonly [name: string, from: number, to: number];
  readonly meta?: readonly { readonly passthrough?: boolean }[];
  readonly fallbackAttribute?: string;
  readonly disableStickyBucketing?: boolean;
  readonly bucketVersion?: number;
  readonly minBucketVersion?: number;
}

export interface GrowthBookParent {
  readonly id: string;
  readonly condition?: JsonValue;
  /** Whether the whole feature has no value when the parent's does not fit, or only this rule is skipped. */
  readonly gate?: boolean;
}

export interface GrowthBookFilter {
  readonly attribute?: string;
  readonly seed: string;
  readonly hashVersion?: number;
  readonly ranges: readonly GrowthBookRange[];
}

/** Half-open, as shares. */
export type GrowthBookRange = readonly [from: number, to: number];

export function readGrowthBookFile(json: unknown): GrowthBookFile {
  if (!isRecord(json)) throw new UnreadableFile('expected the payload of a GrowthBook SDK connection, or its features');
  if (typeof json['encryptedFeatures'] === 'string' && json['encryptedFeatures'] !== '') {
    throw new UnreadableFile('the features are encrypted: decrypt them, or take an SDK connection without encryption');
  }
  if (isPayload(json)) {
    const { features, savedGroups } = json;
    return { features: new Map(Object.entries(features)), savedGroups: isRecord(savedGroups) ? savedGroups : {} };
  }
  const documents = Object.values(json);
  // Of empty features alone, as of an empty object, nobody can say whose file it is.
  const saysSomething = documents.some((document) => isRecord(document) && Object.keys(document).length > 0);
  if (!documents.every(isFeature) || !saysSomething) {
    throw new UnreadableFile('expected features by their keys, each an object with defaultValue or rules');
  }
  return { features: new Map(Object.entries(json)), savedGroups: {} };
}

/** Or a feature is called `features`. */
function isPayload(json: JsonRecord): json is JsonRecord & { readonly features: JsonRecord } {
  const { features } = json;
  if (!isRecord(features) || Array.isArray(features['rules'])) return false;
  const documents = Object.values(features);
  return documents.length === 0 || documents.some(isRecord);
}

/** A feature may be empty: it has no value then. */
function isFeature(document: unknown): boolean {
  const names = isRecord(document) ? Object.keys(document) : undefined;
  return names !== undefined && (names.length === 0 || names.includes('defaultValue') || names.includes('rules'));
}

/** @throws Refusal for what is not written as GrowthBook writes it. */
export function readFeature(document: unknown): GrowthBookFeature {
  const whole = isRecord(document) ? withRules(document) : document;
  const flaw = featureShape(whole);
  if (flaw !== undefined) throw new Refusal(`It is not as GrowthBook writes it: ${flaw.replace(/^[.:] ?/, '')}.`);
  // The shape holds, so the type does.
  return whole as GrowthBookFeature;
}

function withRules({ rules, ...feature }: JsonRecord): JsonRecord {
  if (rules === undefined || rules === null) return feature;
  return { ...feature, rules: Array.isArray(rules) ? rules.map(withoutNulls) : rules };
}

/** The members of a rule that are as good as absent when they are null; a value or a coverage of null is not. */
function withoutNulls(rule: unknown): unknown {
  if (!isRecord(rule)) return rule;
  return Object.fromEntries(
    Object.entries(rule).filter(([name, value]) => value !== null || name === 'force' || name === 'coverage'),
  );
}

const range: Check = (value) =>
  Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) ? undefined : ': expected two numbers';

const namespace: Check = (value) =>
  Array.isArray(value) && typeof value[0] === 'string' && range(value.slice(1)) === undefined
    ? undefined
    : ': expected a name and two numbers';

const featureShape = record({
  rules: optional(
    listOf(
      record({
        id: optional(text),
        parentConditions: optional(listOf(record({ id: text, gate: optional(truth) }))),
        filters: optional(
          listOf(
            record({ attribute: optional(text), seed: text, hashVersion: optional(finite), ranges: listOf(range) }),
          ),
        ),
        variations: optional(listOf(anything)),
        key: optional(text),
        seed: optional(text),
        hashAttribute: optional(text),
        hashVersion: optional(finite),
        coverage: optional(finite),
        range: optional(range),
        ranges: optional(listOf(range)),
        weights: optional(listOf(finite)),
        namespace: optional(namespace),
        meta: optional(listOf(record({ passthrough: optional(truth) }))),
        fallbackAttribute: optional(text),
        disableStickyBucketing: optional(truth),
        bucketVersion: optional(integer(0, Number.MAX_SAFE_INTEGER)),
        minBucketVersion: optional(integer(0, Number.MAX_SAFE_INTEGER)),
      }),
    ),
  ),
});
