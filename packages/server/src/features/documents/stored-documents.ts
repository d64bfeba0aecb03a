import type { JsonValue } from '@tidegate/evaluation';
import type { FlagDocument, MetricDocument, SegmentDocument } from '@tidegate/protocol';
import type { DocumentRow } from '../../storage/storage.ts';

/**
 * Documents as the change log keeps them. The casts hold because nothing writes a document but `saveDocument`, after
 * the schema and the checks of its kind, and the rollout controller, which changes one `serve` of such a document.
 */
export type StoredDocument = Pick<DocumentRow, 'document'>;

export function flagDocumentOf(row: StoredDocument): FlagDocument {
  return row.document as FlagDocument;
}

export function segmentDocumentOf(row: StoredDocument): SegmentDocument {
  return row.document as SegmentDocument;
}

export function metricDocumentOf(row: StoredDocument): MetricDocument {
  // Before there were kinds, every metric was what is binary now.
  return { kind: 'binary', ...(row.document as object) } as MetricDocument;
}

export function jsonOf(row: StoredDocument): JsonValue {
  return row.document as JsonValue;
}
