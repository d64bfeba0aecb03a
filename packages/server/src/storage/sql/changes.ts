import type { AppendOutcome, ChangeRow, DocumentRow, NewChange, Storage } from '../storage.ts';
import type { ChangeListeners } from './change-listeners.ts';
import {
  CHANGE_COLUMNS,
  DOCUMENT_COLUMNS,
  type StoredChange,
  type StoredDocument,
  toChangeRow,
  toDocumentRow,
  toJson,
} from './rows.ts';
import { ask, type Dialect, type Query, query, type SqlDatabase, type UnitOfWork } from './sql-database.ts';

const SELECT_REVISION = 'SELECT revision FROM environments WHERE environment = $environment';
// By revision and not by time: of two changes whose clocks disagree, the log says which came last. The index
// changes_by_time holds all that this reads.
const SELECT_REVISION_AT = `
  SELECT revision FROM changes
  WHERE environment = $environment AND at_ms <= $atMs
  ORDER BY revision DESC
  LIMIT 1`;
const UPDATE_REVISION = 'UPDATE environments SET revision = $revision WHERE environment = $environment';
const INSERT_CHANGE = `
  INSERT INTO changes (environment, revision, kind, key, document, archived, action, actor, reason, at_ms)
  VALUES ($environment, $revision, $kind, $key, $document, $archived, $action, $actor, $reason, $atMs)`;
const UPSERT_DOCUMENT = `
  INSERT INTO documents (environment, kind, key, revision, document, archived, created_at_ms, updated_at_ms)
  VALUES ($environment, $kind, $key, $revision, $document, $archived, $atMs, $atMs)
  ON CONFLICT (environment, kind, key) DO UPDATE
  SET revision = excluded.revision, document = excluded.document, archived = excluded.archived,
      updated_at_ms = excluded.updated_at_ms`;
const SELECT_DOCUMENT_REVISION = `
  SELECT revision FROM documents
  WHERE environment = $environment AND kind = $kind AND key = $key`;
const SELECT_CHANGES = `
  SELECT ${CHANGE_COLUMNS} FROM changes
  WHERE environment = $environment AND revision > $afterRevision
    AND (CAST($kind AS TEXT) IS NULL OR kind = $kind)
  ORDER BY revision
  LIMIT $limit`;
const SELECT_HISTORY = `
  SELECT ${CHANGE_COLUMNS} FROM changes
  WHERE environment = $environment AND kind = $kind AND key = $key AND revision < $beforeRevision
  ORDER BY revision DESC
  LIMIT $limit`;
const SELECT_DOCUMENT = `
  SELECT ${DOCUMENT_COLUMNS} FROM documents
  WHERE environment = $environment AND kind = $kind AND key = $key`;
const SELECT_DOCUMENTS = `
  SELECT ${DOCUMENT_COLUMNS} FROM documents
  WHERE environment = $environment AND kind = $kind AND key > $after AND ($includeArchived OR NOT archived)
  ORDER BY key
  LIMIT $limit`;
const SELECT_DOCUMENT_KEYS = `
  SELECT key FROM documents
  WHERE environment = $environment AND kind = $kind AND NOT archived
  ORDER BY key`;
// One statement sees one snapshot: the counter and the documents belong together. An environment without documents
// still gives its counter.
const SELECT_SNAPSHOT = `
  SELECT e.revision AS "snapshotRevision", d.* FROM environments e
  LEFT JOIN (SELECT ${DOCUMENT_COLUMNS} FROM documents WHERE kind IN ('flag', 'segment') AND NOT archived) d
    ON d.environment = e.environment
  WHERE e.environment = $environment
  ORDER BY d.kind, d.key`;

type ChangeMethods = Pick<
  Storage,
  | 'appendChange'
  | 'currentRevision'
  | 'findRevisionAt'
  | 'listChanges'
  | 'listHistory'
  | 'findDocumentAt'
  | 'findDocument'
  | 'listDocuments'
  | 'listDocumentKeys'
  | 'readSnapshot'
>;

export function changeMethods(database: SqlDatabase, listeners: ChangeListeners): ChangeMethods {
  const { dialect } = database;
  const readChanges = async (statement: string, params: Query['params']): Promise<ChangeRow[]> => {
    const stored = await database.query<StoredChange>(statement, params);
    return stored.map(toChangeRow);
  };
  return {
    appendChange: async (change, checkedAtRevision) => {
      const outcome = await database.transact(() => appendChange(dialect, change, checkedAtRevision));
      if (outcome.kind === 'appended') listeners.wake(change.environment);
      return outcome;
    },
    currentRevision: async (environment) => {
      const [row] = await database.query<{ revision: number }>(SELECT_REVISION, { environment });
      return row?.revision ?? 0;
    },
    findRevisionAt: async (environment, atMs) => {
      const [row] = await database.query<{ revision: number }>(SELECT_REVISION_AT, { environment, atMs });
      return row?.revision;
    },
    listChanges: (environment, afterRevision, limit, kind) =>
      readChanges(SELECT_CHANGES, { environment, afterRevision, limit, kind: kind ?? null }),
    listHistory: ({ environment, kind, key }, { beforeRevision = Number.MAX_SAFE_INTEGER, limit }) =>
      readChanges(SELECT_HISTORY, { environment, kind, key, beforeRevision, limit }),
    findDocumentAt: async ({ environment, kind, key }, revision) => {
      const params = { environment, kind, key, beforeRevision: revision + 1, limit: 1 };
      const [change] = await readChanges(SELECT_HISTORY, params);
      return change;
    },
    findDocument: async ({ environment, kind, key }) => {
      const [stored] = await database.query<StoredDocument>(SELECT_DOCUMENT, { environment, kind, key });
      return stored && toDocumentRow(stored);
    },
    listDocuments: async (environment, kind, { after = '', limit, includeArchived }) => {
      const params = { environment, kind, after, limit, includeArchived };
      const stored = await database.query<StoredDocument>(SELECT_DOCUMENTS, params);
      return stored.map(toDocumentRow);
    },
    listDocumentKeys: async (environment, kind) => {
      const rows = await database.query<{ key: string }>(SELECT_DOCUMENT_KEYS, { environment, kind });
      return rows.map((row) => row.key);
    },
    readSnapshot: async (environment) => {
      const rows = await database.query<StoredSnapshotRow>(SELECT_SNAPSHOT, { environment });
      return { revision: rows[0]?.snapshotRevision ?? 0, documents: rows.flatMap(documentOfSnapshotRow) };
    },
  };
}

function* appendChange(
  dialect: Dialect,
  change: NewChange,
  checkedAtRevision: number | undefined,
): UnitOfWork<AppendOutcome> {
  const revision = yield* lockRevision(dialect, change.environment);
  if (revision === undefined) return { kind: 'no-environment' };
  const currentRevision = yield* documentRevision(change);
  if (currentRevision !== change.expectedRevision) return { kind: 'conflict', currentRevision };
  if (isOvertaken(revision, checkedAtRevision)) return { kind: 'overtaken', currentRevision: revision };
  yield changeQueries(dialect, change, revision + 1);
  return { kind: 'appended', revision: revision + 1 };
}

/** Whether anything was written after the change was checked; never, where nothing but the document itself was read. */
export function isOvertaken(revision: number, checkedAtRevision: number | undefined): boolean {
  return checkedAtRevision !== undefined && checkedAtRevision !== revision;
}

/** The environment's revision, which stays what it is until this transaction ends. */
export function* lockRevision(dialect: Dialect, environment: string): UnitOfWork<number | undefined> {
  const [row] = yield* ask<{ revision: number }>(`${SELECT_REVISION} ${dialect.forUpdate}`, { environment });
  return row?.revision;
}

/** The revision of a document as it is now; 0 when there is none. */
export function* documentRevision({ environment, kind, key }: NewChange): UnitOfWork<number> {
  const [row] = yield* ask<{ revision: number }>(SELECT_DOCUMENT_REVISION, { environment, kind, key });
  return row?.revision ?? 0;
}

/** Everything that a change writes. The caller holds the environment's revision and has checked the document's. */
export function changeQueries(dialect: Dialect, change: NewChange, revision: number): readonly Query[] {
  const { environment, kind, key, archived, action, reason, atMs } = change;
  const document = toJson(change.document);
  const written = { environment, revision, kind, key, document, archived, atMs };
  return [
    query(UPDATE_REVISION, { environment, revision }),
    query(INSERT_CHANGE, { ...written, action, actor: toJson(change.actor), reason }),
    query(UPSERT_DOCUMENT, written),
    ...(dialect.notifyChange === null ? [] : [query(dialect.notifyChange, { environment })]),
  ];
}

/** The document's fields are null where the environment has none. */
type StoredSnapshotRow = { readonly snapshotRevision: number } & (StoredDocument | { readonly document: null });

function documentOfSnapshotRow({ snapshotRevision, ...stored }: StoredSnapshotRow): DocumentRow[] {
  return stored.document === null ? [] : [toDocumentRow(stored)];
}
