import * as z from 'zod';
import { jsonValueSchema } from './json.ts';
import { instantMsSchema, reasonSchema, revisionSchema } from './key.ts';

/**
 * Flags, segments and metrics are documents of the change log: one write makes one revision. This is what they share
 * beside their content.
 */

/** Labels of one document. */
const TAGS_MAX = 50;

export const tagsSchema = z.array(z.string().min(1).max(64)).max(TAGS_MAX);

/** What the server adds when it shows a document. */
export const documentViewShape = {
  createdAtMs: instantMsSchema,
  updatedAtMs: instantMsSchema,
  revision: revisionSchema.describe('The revision of its newest change; the ETag.'),
  archived: z.boolean(),
};

export interface DocumentViewFields {
  readonly updatedAtMs: number;
  readonly revision: number;
  readonly archived: boolean;
}

/** Why a change is made, for the audit log: in the query of creations and patches, whose body is the document. */
export const changeQuerySchema = z.strictObject({ reason: reasonSchema.default('') });
/** The body of a change that takes no more than a reason. */
export const changeReasonSchema = z.strictObject({ reason: reasonSchema.default('') });

/**
 * What comes back; beside it a merge patch of its kind, where it must not come back as it was: what it named then may be
 * gone.
 */
export const restoreSchema = z.strictObject({
  revision: z.int().min(1).describe('The revision whose state of this document comes back.'),
  reason: reasonSchema.default(''),
});

/**
 * The merge patch (RFC 7396) of what the given schema describes: the same members, each replaced, merged, or with
 * null set back to its default. What comes out of the merge is held to the schema itself.
 */
export function mergePatchOf<Shape extends z.ZodRawShape>(settings: z.ZodObject<Shape>) {
  const member = jsonValueSchema.exactOptional();
  const members = Object.fromEntries(Object.keys(settings.shape).map((name) => [name, member]));
  return z.strictObject(members).describe('An RFC 7396 merge patch: null sets a member back to its default.');
}
