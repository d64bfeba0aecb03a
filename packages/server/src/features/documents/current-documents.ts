import type { FlagDocument, SegmentDocument } from '@tidegate/protocol';
import type { Storage } from '../../storage/storage.ts';
import { flagDocumentOf, segmentDocumentOf } from './stored-documents.ts';

/** What a document may refer to: the flags and segments of its environment that are not archived. */
export interface CurrentDocuments {
  readonly flags: ReadonlyMap<string, FlagDocument>;
  readonly segments: ReadonlyMap<string, SegmentDocument>;
}

/**
 * Read before a document is checked. Another writer may change a reference between check and write: evaluation is
 * harmless on dangling and cyclic references, so this is a courtesy to operators, not what keeps SDKs safe.
 */
export async function readCurrentDocuments(storage: Storage, environment: string): Promise<CurrentDocuments> {
  const { documents } = await storage.readSnapshot(environment);
  const rowsOf = (kind: string) => documents.filter((row) => row.kind === kind);
  return {
    flags: new Map(rowsOf('flag').map((row) => [row.key, flagDocumentOf(row)])),
    segments: new Map(rowsOf('segment').map((row) => [row.key, segmentDocumentOf(row)])),
  };
}
