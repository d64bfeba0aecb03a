import type { Flag } from '@tidegate/evaluation';
import type { ChangeRow, DocumentRow } from '../../storage/storage.ts';
import { flagDocumentOf } from '../documents/index.ts';

/** A flag as SDKs receive it, without what only operators want to know. */
export function flagOf(row: DocumentRow | ChangeRow): Flag {
  const { description, tags, owner, temporary, expiresAtMs, valueSchema, createdAtMs, ...flag } = flagDocumentOf(row);
  return { ...flag, revision: row.revision };
}
