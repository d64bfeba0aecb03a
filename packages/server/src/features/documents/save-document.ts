import { isDeepStrictEqual } from 'node:util';
import { noSuchEnvironment } from '../../http/authorize.ts';
import { refuseStale } from '../../http/etag.ts';
import { problem } from '../../http/problem.ts';
import type { Principal } from '../../http/route.ts';
import type { DocumentId, DocumentRow, NewChange, Storage } from '../../storage/storage.ts';

/** The document, archived or not; throws `not-found`. */
export async function getDocument(storage: Storage, id: DocumentId): Promise<DocumentRow> {
  const row = await storage.findDocument(id);
  if (row !== undefined) return row;
  throw problem('not-found', { detail: `There is no ${id.kind} ${id.key} in ${id.environment}.` });
}

/** The document as the caller has read it, and not archived; throws `not-found`, `precondition-failed` or `archived`. */
export async function getForChange(storage: Storage, id: DocumentId, expectedRevision: number): Promise<DocumentRow> {
  const row = await getDocument(storage, id);
  refuseStale({ expected: expectedRevision, actual: row.revision });
  if (!row.archived) return row;
  throw problem('archived', { detail: `The ${id.kind} ${id.key} is archived: restore a revision of it first.` });
}

/** What a request says of any change. */
export interface ChangeRequest {
  readonly principal: Principal;
  readonly nowMs: number;
  readonly reason: string;
}

/** A row as it is after a write; when it was created is told by the document itself. */
export type SavedDocument = Omit<DocumentRow, 'createdAtMs'>;

/** Writes one revision. Throws `already-exists`, `precondition-failed` or `not-found`. */
export async function saveDocument(
  storage: Storage,
  change: Omit<NewChange, 'actor' | 'reason' | 'atMs'>,
  request: ChangeRequest,
): Promise<SavedDocument> {
  const { environment, kind, key, document, archived, expectedRevision } = change;
  const atMs = request.nowMs;
  const { reason, principal } = request;
  const outcome = await storage.appendChange({ ...change, actor: principal.actor, reason, atMs });
  switch (outcome.kind) {
    case 'appended': {
      const { revision } = outcome;
      return { environment, kind, key, document, archived, revision, updatedAtMs: atMs };
    }
    case 'no-environment':
      throw noSuchEnvironment(environment);
    case 'conflict':
      if (expectedRevision === 0) throw keyTaken({ environment, kind, key }, outcome.currentRevision);
      refuseStale({ expected: expectedRevision, actual: outcome.currentRevision });
      throw new Error(`${kind} ${key}: a conflict, though revision ${expectedRevision} was expected and is there`);
    default:
      throw outcome satisfies never;
  }
}

/** Writes one revision, unless it would be the same as the one that is there: SDKs are not told of nothing. */
export async function saveIfChanged(
  storage: Storage,
  change: { readonly current: DocumentRow; readonly document: unknown; readonly action: string },
  request: ChangeRequest,
): Promise<SavedDocument> {
  const { current, document, action } = change;
  if (!current.archived && isDeepStrictEqual(current.document, document)) return current;
  const { environment, kind, key, revision } = current;
  const written = { environment, kind, key, document, archived: false, action, expectedRevision: revision };
  return saveDocument(storage, written, request);
}

function keyTaken(id: DocumentId, revision: number) {
  return problem('already-exists', {
    detail: `${id.environment} has a ${id.kind} ${id.key} at revision ${revision}. If it is archived, restore it.`,
  });
}
