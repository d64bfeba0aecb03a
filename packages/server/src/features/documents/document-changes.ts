import { refuseStale } from '../../http/etag.ts';
import { patchSettings } from '../../http/patch-settings.ts';
import { problem } from '../../http/problem.ts';
import type { DocumentId, DocumentRow, Storage } from '../../storage/storage.ts';
import type { DocumentTraits } from './document-traits.ts';
import {
  type ChangeRequest,
  changeInto,
  getDocument,
  getForChange,
  type Preparation,
  type SavedDocument,
  saveChecked,
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
  restore(target: Target & { revision: number; patch?: unknown }, request: ChangeRequest): Promise<SavedDocument>;
}

/** What can be done to a document of any kind; each is one revision, and each is refused by throwing a problem. */
export function changesOf<New, Settings, Document extends object>(
  traits: DocumentTraits<New, Settings, Document>,
  { storage, randomId }: { storage: Storage; randomId: () => string },
): DocumentChanges<New> {
  const { kind } = traits;
  return {
    create(environment, body, request) {
      const document = traits.create(body, { createdAtMs: request.nowMs, randomId });
      const id = { environment, kind, key: traits.keyOf(document) };
      const prepare = async (): Promise<Preparation> => {
        await traits.check({ storage, id, next: document, current: undefined, origin: 'written' });
        return {
          kind: 'change',
          change: { ...id, document, archived: false, action: 'created', expectedRevision: 0 },
        };
      };
      return saveChecked(storage, environment, prepare, request);
    },

    patch({ id, expectedVersion, patch }, request) {
      const prepare = async () => {
        const current = await getForChange(storage, id, expectedVersion);
        return preparePatch(traits, storage, { current, patch, action: 'updated' });
      };
      return saveChecked(storage, id.environment, prepare, request);
    },

    archive({ id, expectedVersion }, request) {
      const prepare = async (): Promise<Preparation> => {
        const { document, revision } = await getForChange(storage, id, expectedVersion);
        await traits.checkArchive({ storage, id, document: traits.documentOf({ document }) });
        return {
          kind: 'change',
          change: { ...id, document, archived: true, action: 'archived', expectedRevision: revision },
        };
      };
      return saveChecked(storage, id.environment, prepare, request);
    },

    restore({ id, expectedVersion, revision, patch }, request) {
      const prepare = async () => {
        const current = await getDocument(storage, id);
        refuseStale({ expected: expectedVersion, actual: current.revision });
        const then = traits.documentOf(await getRestorable(storage, id, revision));
        const next = patch === undefined ? then : patchedDocument(traits, then, patch);
        await traits.check({ storage, id, next, current: traits.documentOf(current), origin: 'restored' });
        return changeInto({ current, document: next, action: 'restored' });
      };
      return saveChecked(storage, id.environment, prepare, request);
    },
  };
}

/** What a merge patch makes of a document, checked; throws `invalid-request` and the problems of its kind. */
export async function preparePatch<New, Settings, Document extends object>(
  traits: DocumentTraits<New, Settings, Document>,
  storage: Storage,
  { current: row, patch, action }: { current: DocumentRow; patch: unknown; action: string },
): Promise<Preparation> {
  const { environment, kind, key } = row;
  const current = traits.documentOf(row);
  const next = patchedDocument(traits, current, patch);
  await traits.check({ storage, id: { environment, kind, key }, next, current, origin: 'written' });
  return changeInto({ current: row, document: next, action });
}

/** What a merge patch makes of a document, held to the shape of its kind alone; throws `invalid-request`. */
export function patchedDocument<New, Settings, Document extends object>(
  traits: DocumentTraits<New, Settings, Document>,
  current: Document,
  patch: unknown,
): Document {
  return traits.withSettings(current, patchSettings(traits.schemas.settings, traits.settingsOf(current), patch));
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
