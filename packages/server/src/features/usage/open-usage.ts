import { readPages } from '../../storage/read-pages.ts';
import type { DocumentRow, Storage, UsageRow } from '../../storage/storage.ts';
import { flagDocumentOf } from '../documents/index.ts';
import { UsageBook } from './usage-book.ts';

/** Rows of one read. Documents are usually small, and may have 1 MB. */
const PAGE_LIMIT = 100;

/** The usage of an environment as it goes on, and what keeps it told of the environment's flags. */
export interface OpenUsage {
  readonly book: UsageBook;
  /** Tells the book of flags that were changed since the last time. */
  learn(): Promise<void>;
}

export async function openUsage(storage: Storage, environment: string): Promise<OpenUsage> {
  // Read first: what is changed while the documents are read is learnt once more, which changes nothing.
  let revision = await storage.currentRevision(environment);
  const documents = await readPages<DocumentRow>(
    PAGE_LIMIT,
    (page) => storage.listDocuments(environment, 'flag', { ...page, includeArchived: true }),
    (row) => row.key,
  );
  const rows = await readPages<UsageRow>(
    PAGE_LIMIT,
    (page) => storage.listUsage(environment, { ...page, of: 'all' }),
    (row) => row.flagKey,
  );
  const book = new UsageBook(rows, documents.map(flagDocumentOf));
  return {
    book,
    async learn() {
      for (;;) {
        const changes = await storage.listChanges(environment, revision, PAGE_LIMIT, 'flag');
        book.declare(changes.map(flagDocumentOf));
        revision = changes.at(-1)?.revision ?? revision;
        if (changes.length < PAGE_LIMIT) return;
      }
    },
  };
}
