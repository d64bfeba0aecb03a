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
 * What LaunchDarkly's server SDKs evaluate: flags and segments by their keys, as its service sends them
 * (`sdk/latest-all`, with or without `data` around it) and as the SDKs' file data source reads them, which also has
 * `flagValues`. What is inside a flag or segment is checked when its turn comes, so that one broken flag is one refusal.
 */
export interface LaunchDarklyFile {
  readonly flags: ReadonlyMap<string, unknown>;
  readonly segments: ReadonlyMap<string, unknown>;
}

export interface LaunchDarklyFlag {
  readonly key: string;
  readonly on?: boolean;
  readonly salt?: string;
  readonly variations: readonly JsonValue[];
  readonly offVariation?: number;
  readonly fallthrough?: LaunchDarklyServe;
  readonly prerequisites?: readonly LaunchDarklyPrerequisite[];
  readonly targets?: readonly LaunchDarklyTarget[];
  readonly contextTargets?: readonly LaunchDarklyTarget[];
  readonly rules?: readonly LaunchDarklyRule[];
  readonly clientSide?: boolean;
  readonly clientSideAvailability?: { readonly usingEnvironmentId?: boolean };
}

export interface LaunchDarklyPrerequisite {
  readonly key: string;
  readonly variation: number;
}

export interface LaunchDarklyTarget {
  readonly contextKind?: string;
  readonly values: readonly JsonValue[];
  readonly variation: number;
}

export interface LaunchDarklyRule extends LaunchDarklyServe {
  readonly id?: string;
  readonly clauses?: readonly LaunchDarklyClause[];
}

export interface LaunchDarklyServe {
  readonly variation?: number;
  readonly rollout?: LaunchDarklyRollout;
}

export interface LaunchDarklyRollout {
  readonly kind?: string;
  readonly contextKind?: string;
  readonly bucketBy?: string;
  readonly seed?: number;
  readonly variations?: readonly { readonly variation: number; readonly weight: number }[];
}

export interface LaunchDarklyClause {
  readonly contextKind?: string;
  readonly attribute?: string;
  readonly op: string;
  readonly values: readonly JsonValue[];
  readonly negate?: boolean;
}

export interface LaunchDarklySegment {
  readonly key: string;
  readonly salt?: string;
  readonly included?: readonly JsonValue[];
  readonly excluded?: readonly JsonValue[];
  readonly includedContexts?: readonly LaunchDarklySegmentTarget[];
  readonly excludedContexts?: readonly LaunchDarklySegmentTarget[];
  readonly rules?: readonly LaunchDarklySegmentRule[];
  readonly unbounded?: boolean;
}

export type LaunchDarklySegmentTarget = Pick<LaunchDarklyTarget, 'contextKind' | 'values'>;

export interface LaunchDarklySegmentRule {
  readonly clauses?: readonly LaunchDarklyClause[];
  /** Of 100 000; everybody when absent. */
  readonly weight?: number;
  readonly bucketBy?: string;
  readonly rolloutContextKind?: string;
}

export function readLaunchDarklyFile(json: unknown): LaunchDarklyFile {
  const whole = isRecord(json) && isRecord(json['data']) ? json['data'] : json;
  if (!isRecord(whole) || !MEMBERS.some((member) => isRecord(whole[member]))) {
    throw new UnreadableFile(`expected an object with ${MEMBERS.join(', ')}, as LaunchDarkly's SDKs read it`);
  }
  const flags = new Map(entriesOf(whole, 'flags'));
  for (const [key, value] of entriesOf(whole, 'flagValues')) {
    if (flags.has(key)) throw new UnreadableFile(`the flag ${JSON.stringify(key)} is both in flags and in flagValues`);
    flags.set(key, { key, on: true, fallthrough: { variation: 0 }, variations: [value] });
  }
  return { flags, segments: new Map(entriesOf(whole, 'segments')) };
}

/** What has been deleted stays in a payload as a note that it was; nobody finds it. */
export function isDeleted(document: unknown): boolean {
  return isRecord(document) && document['deleted'] === true;
}

/** @throws Refusal for what is no flag. */
export function readFlag(key: string, document: unknown): LaunchDarklyFlag {
  const whole = isRecord(document) ? { ...withoutNulls(document), variations: document['variations'] } : document;
  // The shape holds, so the type does.
  return readAs(flagShape, key, whole) as LaunchDarklyFlag;
}

/** @throws Refusal for what is no segment. */
export function readSegment(key: string, document: unknown): LaunchDarklySegment {
  // The shape holds, so the type does.
  return readAs(segmentShape, key, isRecord(document) ? withoutNulls(document) : document) as LaunchDarklySegment;
}

function readAs(shape: Check, key: string, document: unknown): unknown {
  const flaw = shape(document);
  if (flaw !== undefined) throw new Refusal(`It is not as LaunchDarkly writes it: ${flaw.replace(/^[.:] ?/, '')}.`);
  // The shape holds: an object with a key.
  const { key: ownKey } = document as { readonly key: string };
  if (ownKey !== key)
    throw new Refusal(`It stands under the key ${JSON.stringify(key)} and says ${JSON.stringify(ownKey)}.`);
  return document;
}

const MEMBERS = ['flags', 'flagValues', 'segments'] as const;

const clause = record({
  contextKind: optional(text),
  attribute: optional(text),
  op: text,
  values: listOf(anything),
  negate: optional(truth),
});
const place = integer(0, Number.MAX_SAFE_INTEGER);
const serve = {
  variation: optional(place),
  rollout: optional(
    record({
      kind: optional(text),
      contextKind: optional(text),
      bucketBy: optional(text),
      seed: optional(finite),
      variations: optional(listOf(record({ variation: place, weight: finite }))),
    }),
  ),
};
const targets = optional(listOf(record({ contextKind: optional(text), values: listOf(anything), variation: place })));
const flagShape = record({
  key: text,
  on: optional(truth),
  salt: optional(text),
  variations: listOf(anything),
  offVariation: optional(place),
  fallthrough: optional(record(serve)),
  prerequisites: optional(listOf(record({ key: text, variation: place }))),
  targets,
  contextTargets: targets,
  rules: optional(listOf(record({ id: optional(text), clauses: optional(listOf(clause)), ...serve }))),
  clientSide: optional(truth),
  clientSideAvailability: optional(record({ usingEnvironmentId: optional(truth) })),
});
const segmentTargets = optional(listOf(record({ contextKind: optional(text), values: listOf(anything) })));
const segmentShape = record({
  key: text,
  salt: optional(text),
  included: optional(listOf(anything)),
  excluded: optional(listOf(anything)),
  includedContexts: segmentTargets,
  excludedContexts: segmentTargets,
  rules: optional(
    listOf(
      record({
        clauses: optional(listOf(clause)),
        weight: optional(finite),
        bucketBy: optional(text),
        rolloutContextKind: optional(text),
      }),
    ),
  ),
  unbounded: optional(truth),
});

function entriesOf(whole: JsonRecord, member: string): [string, unknown][] {
  const entries = whole[member];
  if (entries === undefined || entries === null) return [];
  if (!isRecord(entries)) throw new UnreadableFile(`expected an object in ${member}`);
  return Object.entries(entries);
}

/** A member that is null counts as absent, at any depth; an element of a list that is null stays. */
function withoutNulls(value: JsonRecord): JsonRecord {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === null ? [] : [[name, cleaned(member)]])),
  );
}

function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  return isRecord(value) ? withoutNulls(value) : value;
}
