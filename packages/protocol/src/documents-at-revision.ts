import * as z from 'zod';
import { type FlagView, flagViewSchema } from './flag-document.ts';
import { revisionSchema } from './key.ts';
import { type SegmentView, segmentViewSchema } from './segment.ts';

/** All flags and segments of an environment that are not archived, as they were at one revision, each by key. */
export interface DocumentsAtRevision {
  readonly revision: number;
  readonly flags: readonly FlagView[];
  readonly segments: readonly SegmentView[];
}

export const documentsAtRevisionSchema = z.strictObject({
  revision: revisionSchema,
  flags: z.array(flagViewSchema),
  segments: z.array(segmentViewSchema),
}) satisfies z.ZodType<DocumentsAtRevision>;
