import type { Actor } from '@tidegate/analysis';
import type { JsonValue } from '@tidegate/evaluation';
import * as z from 'zod';
import { jsonValueSchema } from './json.ts';
import { instantMsSchema, keySchema, revisionSchema } from './key.ts';

export const actorSchema = z
  .strictObject({ kind: z.enum(['key', 'controller', 'setup', 'signal']), id: z.string(), name: z.string() })
  .meta({
    id: 'Actor',
    description: 'Who did it: a person or tool behind a key, the server itself, or who signed a signal.',
  }) satisfies z.ZodType<Actor>;

/** One change of one document, as the audit log lists it. */
export interface ChangeView {
  readonly revision: number;
  readonly kind: 'flag' | 'segment' | 'metric';
  readonly key: string;
  /** What was done: created, updated, enabled, disabled, scheduled, archived, restored, or what a rollout did. */
  readonly action: string;
  readonly actor: Actor;
  readonly reason: string;
  readonly atMs: number;
  readonly archived: boolean;
}

/** One change with what the document became by it; of an archived one, what it was. */
export interface ChangeWithDocument extends ChangeView {
  /** Only when it was asked for. */
  readonly document?: JsonValue;
}

/** One step of a diff: an operation of JSON Patch (RFC 6902), and in `from` what was there before. */
export type DiffStep =
  | { readonly op: 'add'; readonly path: string; readonly value: JsonValue }
  | { readonly op: 'remove'; readonly path: string; readonly from: JsonValue }
  | { readonly op: 'replace'; readonly path: string; readonly from: JsonValue; readonly value: JsonValue };

/** One change of one document with what it changed; the first adds every member. */
export interface HistoryEntry extends ChangeView {
  readonly diff: readonly DiffStep[];
  /** True when there was more than `DIFF_STEPS_MAX`. */
  readonly diffTruncated: boolean;
}

/** Steps shown of one change: more is not read, it is compared by machine. */
export const DIFF_STEPS_MAX = 200;

const changeShape = {
  revision: revisionSchema,
  kind: z.enum(['flag', 'segment', 'metric']),
  key: keySchema,
  action: z.string(),
  actor: actorSchema,
  reason: z.string(),
  atMs: instantMsSchema,
  archived: z.boolean(),
};

export const changeViewSchema = z.strictObject(changeShape).meta({ id: 'Change' }) satisfies z.ZodType<ChangeView>;

export const changeWithDocumentSchema = z
  .strictObject({ ...changeShape, document: jsonValueSchema.exactOptional() })
  .meta({ id: 'ChangeWithDocument' }) satisfies z.ZodType<ChangeWithDocument>;

const path = z.string().describe('A JSON Pointer.');

const diffStepSchema = z
  .discriminatedUnion('op', [
    z.strictObject({ op: z.literal('add'), path, value: jsonValueSchema }),
    z.strictObject({ op: z.literal('remove'), path, from: jsonValueSchema }),
    z.strictObject({ op: z.literal('replace'), path, from: jsonValueSchema, value: jsonValueSchema }),
  ])
  .meta({ id: 'DiffStep' }) satisfies z.ZodType<DiffStep>;

export const historyEntrySchema = z
  .strictObject({ ...changeShape, diff: z.array(diffStepSchema).max(DIFF_STEPS_MAX), diffTruncated: z.boolean() })
  .meta({ id: 'HistoryEntry' }) satisfies z.ZodType<HistoryEntry>;
