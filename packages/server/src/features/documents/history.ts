import { type ChangeView, DIFF_STEPS_MAX, type HistoryEntry, type PageOf } from '@tidegate/protocol';
import { pageFrom } from '../../http/page-from.ts';
import type { ChangeRow, DocumentId, Storage } from '../../storage/storage.ts';
import { diffOf } from './diff.ts';
import { jsonOf } from './stored-documents.ts';

/** Changes of one document, newest first, each with its difference to the one before. */
export async function readHistory(
  storage: Storage,
  id: DocumentId,
  page: { limit: number; after?: number },
): Promise<PageOf<HistoryEntry>> {
  const rows = await storage.listHistory(id, {
    // One more than shown: the oldest shown differs from it.
    limit: page.limit + 1,
    ...(page.after === undefined ? {} : { beforeRevision: page.after }),
  });
  const entries = rows.map((row, index) => entryOf(row, rows[index + 1]));
  return pageFrom(entries, page.limit, { itemOf: (entry) => entry, keyOf: (entry) => String(entry.revision) });
}

function entryOf(row: ChangeRow, before: ChangeRow | undefined): HistoryEntry {
  const steps = diffOf(before === undefined ? {} : jsonOf(before), jsonOf(row));
  return { ...changeViewOf(row), diff: steps.slice(0, DIFF_STEPS_MAX), diffTruncated: steps.length > DIFF_STEPS_MAX };
}

export function changeViewOf({ revision, kind, key, action, actor, reason, atMs, archived }: ChangeRow): ChangeView {
  return { revision, kind, key, action, actor, reason, atMs, archived };
}
