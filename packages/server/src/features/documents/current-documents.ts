import type { FlagDocument, SegmentDocument } from '@tidegate/protocol';
import type { Storage } from '../../storage/storage.ts';
import { flagDocumentOf, segmentDocumentOf } from './stored-documents.ts';

/** What a document may refer to: the flags and segments of its environment that are not archived. */
export interface CurrentDocuments {
  readonly flags: ReadonlyMap<string, FlagDocument>;
  readonly segments: ReadonlyMap<string, SegmentDocument>;
}

/** Read while a document is checked; `saveChecked` sees to it that they are still the same when it is written. */
export async function readCurrentDocuments(storage: Storage, environment: string): Promise<CurrentDocuments> {
  const { documents } = await storage.readSnapshot(environment);
  const rowsOf = (kind: string) => documents.filter((row) => row.kind === kind);
  return {
    flags: new Map(rowsOf('flag').map((row) => [row.key, flagDocumentOf(row)])),
    segments: new Map(rowsOf('segment').map((row) => [row.key, segmentDocumentOf(row)])),
  };
}
