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

/** The document, not archived; throws `not-found` or `archived`. */
export async function getCurrent(storage: Storage, id: DocumentId): Promise<DocumentRow> {
  return refuseArchived(await getDocument(storage, id));
}

/** The document as the caller has read it, and not archived; throws `not-found`, `precondition-failed` or `archived`. */
export async function getForChange(storage: Storage, id: DocumentId, expectedRevision: number): Promise<DocumentRow> {
  const row = await getDocument(storage, id);
  refuseStale({ expected: expectedRevision, actual: row.revision });
  return refuseArchived(row);
}

/** What a request says of any change. */
export interface ChangeRequest {
  readonly principal: Pick<Principal, 'actor'>;
  readonly nowMs: number;
  readonly reason: string;
}

/** A row as it is after a write; when it was created is told by the document itself. */
export type SavedDocument = Omit<DocumentRow, 'createdAtMs'>;

/** A change but for who makes it, why and when. */
export type PreparedChange = Omit<NewChange, 'actor' | 'reason' | 'atMs'>;

/** What there is to write, if anything: SDKs are not told of nothing. */
export type Preparation =
  | { readonly kind: 'change'; readonly change: PreparedChange }
  | { readonly kind: 'unchanged'; readonly row: DocumentRow };

/** What makes the row into the document: one revision, unless it is the same already. */
export function changeInto(target: {
  readonly current: DocumentRow;
  readonly document: unknown;
  readonly action: string;
}): Preparation {
  const { current, document, action } = target;
  if (!current.archived && isDeepStrictEqual(current.document, document)) return { kind: 'unchanged', row: current };
  const { environment, kind, key, revision } = current;
  const change = { environment, kind, key, document, archived: false, action, expectedRevision: revision };
  return { kind: 'change', change };
}

/** Writes one revision, or nothing. Throws `precondition-failed` or `not-found`. */
export async function saveIfChanged(
  storage: Storage,
  target: { readonly current: DocumentRow; readonly document: unknown; readonly action: string },
  request: ChangeRequest,
): Promise<SavedDocument> {
  const saved = await save(storage, changeInto(target), request);
  if (saved !== 'overtaken') return saved;
  throw new Error(`${target.current.kind} ${target.current.key}: overtaken, though nothing was checked`);
}

/** Whoever is overtaken so often stands in a crowd of writers, each of whom was served meanwhile. */
const CHECKS_MAX = 30;

/**
 * Checks and writes as if in one step. `prepare` reads whatever it needs and checks a change against it; when anything
 * was written to the environment between its first read and the write, it is asked again. So no reference is left
 * dangling by two people who each saw what the other was about to take away.
 *
 * Throws what `prepare` throws, `already-exists`, `precondition-failed`, `not-found`, or `unavailable`.
 */
export async function saveChecked(
  storage: Storage,
  environment: string,
  prepare: () => Promise<Preparation>,
  request: ChangeRequest,
): Promise<SavedDocument> {
  for (let check = 1; check <= CHECKS_MAX; check += 1) {
    // Read before anything else: what the check sees is at least as new.
    const checkedAtRevision = await storage.currentRevision(environment);
    const saved = await save(storage, await prepare(), request, checkedAtRevision);
    if (saved !== 'overtaken') return saved;
  }
  throw problem('unavailable', {
    detail: `Others wrote to ${environment} ${CHECKS_MAX} times while this change was checked: send it again.`,
  });
}

async function save(
  storage: Storage,
  prepared: Preparation,
  request: ChangeRequest,
  checkedAtRevision?: number,
): Promise<SavedDocument | 'overtaken'> {
  if (prepared.kind === 'unchanged') return prepared.row;
  const { change } = prepared;
  const { environment, kind, key, document, archived, expectedRevision } = change;
  const atMs = request.nowMs;
  const { reason, principal } = request;
  const outcome = await storage.appendChange({ ...change, actor: principal.actor, reason, atMs }, checkedAtRevision);
  switch (outcome.kind) {
    case 'appended': {
      const { revision } = outcome;
      return { environment, kind, key, document, archived, revision, updatedAtMs: atMs };
    }
    case 'overtaken':
      return 'overtaken';
    case 'no-environment':
      throw noSuchEnvironment(environment);
    case 'conflict':
      if (expectedRevision === 0) throw keyTaken({ environment, kind, key }, outcome.currentRevision);
      // Whoever reads anew before each check says then whether this is what they meant.
      if (checkedAtRevision !== undefined) return 'overtaken';
      refuseStale({ expected: expectedRevision, actual: outcome.currentRevision });
      throw new Error(`${kind} ${key}: a conflict, though revision ${expectedRevision} was expected and is there`);
    default:
      throw outcome satisfies never;
  }
}

function refuseArchived(row: DocumentRow): DocumentRow {
  if (!row.archived) return row;
  throw problem('archived', { detail: `The ${row.kind} ${row.key} is archived: restore a revision of it first.` });
}

function keyTaken(id: DocumentId, revision: number) {
  return problem('already-exists', {
    detail: `${id.environment} has a ${id.kind} ${id.key} at revision ${revision}. If it is archived, restore it.`,
  });
}
