import type { Segment } from '@tidegate/evaluation';
import * as z from 'zod';
import { conditionSchema } from './condition.ts';
import { type DocumentViewFields, documentViewShape, mergePatchOf, tagsSchema } from './document.ts';
import {
  attributePathSchema,
  descriptionSchema,
  keySchema,
  reasonSchema,
  revisionSchema,
  unitKeySchema,
} from './key.ts';

/**
 * Units named one by one. A million of them take an SDK some 50 MB and are looked up as fast as ten; beyond two, what
 * they have in common belongs into an attribute of the context.
 */
export const SEGMENT_KEYS_MAX = 2_000_000;
/** Room for as many keys of the length of a UUID. */
export const SEGMENT_BYTES_MAX = 80_000_000;
/** Units that one request adds to a segment or takes out of it. */
export const MEMBERS_PER_REQUEST_MAX = 10_000;

/** A segment as SDKs receive it. */
export const segmentSchema = z.strictObject({
  key: keySchema,
  unit: attributePathSchema.exactOptional(),
  included: z.array(unitKeySchema).max(SEGMENT_KEYS_MAX),
  excluded: z.array(unitKeySchema).max(SEGMENT_KEYS_MAX),
  condition: conditionSchema,
  revision: revisionSchema,
}) satisfies z.ZodType<Segment>;

/** A segment as the change log keeps it. */
export interface SegmentDocument extends Omit<Segment, 'revision'> {
  readonly description: string;
  readonly tags: readonly string[];
  readonly createdAtMs: number;
}

export type SegmentSettings = Omit<SegmentDocument, 'key' | 'createdAtMs'>;

export interface SegmentView extends SegmentDocument, DocumentViewFields {}

export const segmentSettingsSchema = z.strictObject({
  description: descriptionSchema.default(''),
  tags: tagsSchema.default([]),
  unit: attributePathSchema.exactOptional().describe('The attribute that the lists name; `targetingKey` when absent.'),
  included: z.array(unitKeySchema).max(SEGMENT_KEYS_MAX).default([]),
  excluded: z.array(unitKeySchema).max(SEGMENT_KEYS_MAX).default([]),
  condition: conditionSchema.default({ any: [] }),
}) satisfies z.ZodType<SegmentSettings>;

/** Only the key is needed: that is a segment with nobody in it. */
export const newSegmentSchema = z
  .strictObject({ key: keySchema, ...segmentSettingsSchema.shape })
  .meta({ id: 'NewSegment' });

export type NewSegment = z.output<typeof newSegmentSchema>;

export const segmentPatchSchema = mergePatchOf(segmentSettingsSchema).meta({ id: 'SegmentPatch' });

/** Units that join or leave the listed ones, without sending the list. Leaving comes first. */
export const segmentMembersSchema = z
  .strictObject({
    remove: z.array(unitKeySchema).max(MEMBERS_PER_REQUEST_MAX).default([]),
    add: z.array(unitKeySchema).max(MEMBERS_PER_REQUEST_MAX).default([]),
    reason: reasonSchema.default(''),
  })
  .meta({ id: 'SegmentMembers' });

/** What a segment lists after such a request. */
export const segmentSizeSchema = z
  .strictObject({ key: keySchema, revision: revisionSchema, includedCount: z.int().min(0) })
  .meta({ id: 'SegmentSize' });

export type SegmentSize = z.output<typeof segmentSizeSchema>;

export const segmentViewSchema = z
  .strictObject({ key: keySchema, ...segmentSettingsSchema.shape, ...documentViewShape })
  .meta({ id: 'Segment' }) satisfies z.ZodType<SegmentView>;
