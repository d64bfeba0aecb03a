import type { Segment } from '@tidegate/evaluation';
import type { ChangeRow, DocumentRow } from '../../storage/storage.ts';
import { segmentDocumentOf } from '../documents/index.ts';

/** A segment as SDKs receive it, without what only operators want to know. */
export function segmentOf(row: DocumentRow | ChangeRow): Segment {
  const { description, tags, createdAtMs, ...segment } = segmentDocumentOf(row);
  return { ...segment, revision: row.revision };
}
