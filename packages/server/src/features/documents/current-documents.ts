import type { FlagDocument, SegmentDocument } from '@tidegate/protocol';
import { readPages } from '../../storage/read-pages.ts';
import type { DocumentKind, DocumentRow, Storage } from '../../storage/storage.ts';
import { flagDocumentOf, segmentDocumentOf } from './stored-documents.ts';

/**
 * What a document may refer to: what is in its environment and not archived. Read while it is checked, in as many
 * reads as it takes: `saveChecked` sees to it that all of it is still so when the document is written.
 */
export async function readCurrentFlags(
  storage: Storage,
  environment: string,
): Promise<ReadonlyMap<string, FlagDocument>> {
  const rows = await readDocuments(storage, environment, 'flag');
  return new Map(rows.map((row) => [row.key, flagDocumentOf(row)]));
}

export async function readCurrentSegments(
  storage: Storage,
  environment: string,
): Promise<ReadonlyMap<string, SegmentDocument>> {
  const rows = await readDocuments(storage, environment, 'segment');
  return new Map(rows.map((row) => [row.key, segmentDocumentOf(row)]));
}

/** Enough to know what a flag may name, without the millions of units that segments may list. */
export async function readSegmentKeys(storage: Storage, environment: string): Promise<ReadonlySet<string>> {
  return new Set(await storage.listDocumentKeys(environment, 'segment'));
}

/** Rows of one read. */
const PAGE_LIMIT = 500;

function readDocuments(storage: Storage, environment: string, kind: DocumentKind): Promise<DocumentRow[]> {
  return readPages(
    PAGE_LIMIT,
    (page) => storage.listDocuments(environment, kind, { ...page, includeArchived: false }),
    (row) => row.key,
  );
}
