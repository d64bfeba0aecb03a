import type { DocumentViewFields } from '@tidegate/protocol';
import type { DocumentTraits } from './document-traits.ts';
import type { SavedDocument } from './save-document.ts';

/** A document as the API shows it. */
export function viewOf<Document extends object>(
  traits: Pick<DocumentTraits<never, unknown, Document>, 'documentOf'>,
  row: SavedDocument,
): Document & DocumentViewFields {
  const { revision, archived, updatedAtMs } = row;
  return { ...traits.documentOf(row), revision, archived, updatedAtMs };
}
