import { refuseStale } from '../../http/etag.ts';
import { patchSettings } from '../../http/patch-settings.ts';
import { problem } from '../../http/problem.ts';
import type { DocumentId, Storage } from '../../storage/storage.ts';
import type { DocumentTraits } from './document-traits.ts';
import {
  type ChangeRequest,
  getDocument,
  getForChange,
  type SavedDocument,
  saveDocument,
  saveIfChanged,
} from './save-document.ts';

/** Which document, as the caller has read it. */
interface Target {
  readonly id: DocumentId;
  readonly expectedVersion: number;
}

export interface DocumentChanges<New> {
  create(environment: string, body: New, request: ChangeRequest): Promise<SavedDocument>;
  patch(target: Target & { patch: unknown }, request: ChangeRequest): Promise<SavedDocument>;
  archive(target: Target, request: ChangeRequest): Promise<SavedDocument>;
  restore(target: Target & { revision: number }, request: ChangeRequest): Promise<SavedDocument>;
}

/** What can be done to a document of any kind; each is one revision, and each is refused by throwing a problem. */
export function changesOf<New, Settings, Document extends object>(
  traits: DocumentTraits<New, Settings, Document>,
  { storage, randomId }: { storage: Storage; randomId: () => string },
): DocumentChanges<New> {
  const { kind } = traits;
  return {
    async create(environment, body, request) {
      const document = traits.create(body, { createdAtMs: request.nowMs, randomId });
      const id = { environment, kind, key: traits.keyOf(document) };
      await traits.check({ storage, id, next: document, current: undefined, origin: 'written' });
      const change = { ...id, document, archived: false, action: 'created', expectedRevision: 0 };
      return saveDocument(storage, change, request);
    },

    async patch({ id, expectedVersion, patch }, request) {
      const row = await getForChange(storage, id, expectedVersion);
      const current = traits.documentOf(row);
      const settings = patchSettings(traits.schemas.settings, traits.settingsOf(current), patch);
      const next = traits.withSettings(current, settings);
      await traits.check({ storage, id, next, current, origin: 'written' });
      return saveIfChanged(storage, { current: row, document: next, action: 'updated' }, request);
    },

    async archive({ id, expectedVersion }, request) {
      const { document, revision } = await getForChange(storage, id, expectedVersion);
      await traits.checkArchive({ storage, id, document: traits.documentOf({ document }) });
      const change = { ...id, document, archived: true, action: 'archived', expectedRevision: revision };
      return saveDocument(storage, change, request);
    },

    async restore({ id, expectedVersion, revision }, request) {
      const row = await getDocument(storage, id);
      refuseStale({ expected: expectedVersion, actual: row.revision });
      const next = traits.documentOf(await getRestorable(storage, id, revision));
      await traits.check({ storage, id, next, current: traits.documentOf(row), origin: 'restored' });
      return saveIfChanged(storage, { current: row, document: next, action: 'restored' }, request);
    },
  };
}

async function getRestorable(storage: Storage, id: DocumentId, revision: number) {
  const row = await storage.findDocumentAt(id, revision);
  if (row === undefined) {
    throw problem('not-found', { detail: `There was no ${id.kind} ${id.key} at revision ${revision} yet.` });
  }
  if (!row.archived) return row;
  throw problem('archived', {
    detail: `At revision ${revision} the ${id.kind} ${id.key} was archived: choose another.`,
  });
}
