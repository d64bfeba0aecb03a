import { type Flag, flagsOf, type Segment, segmentsOf, segmentsOfSegment } from '@tidegate/evaluation';
import type { ChangeRow, DocumentKind, Storage } from '../../storage/storage.ts';
import { segmentOf } from '../segments/index.ts';
import { flagOf } from './flag-of.ts';

/** One flag as it was at a revision, with everything that it leads to. */
export interface FlagsAt {
  readonly flags: readonly Flag[];
  readonly segments: readonly Segment[];
  /** The changes that made them what they were, also those by which something was archived. */
  readonly changes: readonly ChangeRow[];
}

/**
 * Reads a flag, its prerequisites and its segments as they were at a revision, and what those lead to. Each document
 * is read once, so the work is bounded by what the environment holds, and circles end. No flag of that key at that
 * revision leaves `flags` empty.
 */
export async function readFlagsAt(
  storage: Storage,
  target: { environment: string; flagKey: string; revision: number },
): Promise<FlagsAt> {
  const { environment, flagKey, revision } = target;
  const changes: ChangeRow[] = [];
  const readAll = async <Document>(options: {
    kind: DocumentKind;
    start: readonly string[];
    documentOf: (row: ChangeRow) => Document;
    referencesOf: (document: Document) => readonly string[];
  }): Promise<Document[]> => {
    const documents: Document[] = [];
    const keys = new Set(options.start);
    // A set goes on to the keys that are added while it is walked.
    for (const key of keys) {
      const row = await storage.findDocumentAt({ environment, kind: options.kind, key }, revision);
      if (row !== undefined) changes.push(row);
      if (row === undefined || row.archived) continue;
      const document = options.documentOf(row);
      documents.push(document);
      for (const reference of options.referencesOf(document)) keys.add(reference);
    }
    return documents;
  };
  const flags = await readAll({
    kind: 'flag',
    start: [flagKey],
    documentOf: flagOf,
    referencesOf: flagsOf,
  });
  const segments = await readAll({
    kind: 'segment',
    start: flags.flatMap(segmentsOf),
    documentOf: segmentOf,
    referencesOf: segmentsOfSegment,
  });
  return { flags, segments, changes };
}
