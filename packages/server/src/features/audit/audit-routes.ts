import { changesQuerySchema, changeWithDocumentSchema, pageOf } from '@tidegate/protocol';
import { environmentParams, environmentPath } from '../../http/environment-path.ts';
import { pageFrom } from '../../http/page-from.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { ChangeRow, Storage } from '../../storage/storage.ts';
import { changeViewOf } from '../documents/index.ts';
import { documentsRoute } from './documents-route.ts';

/** The change log is the audit log: who changed what, when, why. What exactly changed is in the document's history. */
export function auditRoutes({ storage }: { storage: Storage }): Route[] {
  const list = defineRoute({
    method: 'get',
    path: `${environmentPath}/changes`,
    summary: 'Lists the changes of an environment after a revision, oldest first, or before one, newest first',
    tag: 'audit',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    query: changesQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(changeWithDocumentSchema) },
    problems: [],
    async handle({ params: environment, query: { after, limit, documents, order } }) {
      const page = { after, limit: limit + 1 };
      const rows =
        order === 'newest'
          ? await listNewest(storage, environment, page)
          : await storage.listChanges(environment, after ?? 0, page.limit);
      const itemOf = (row: ChangeRow) => ({ ...changeViewOf(row), ...(documents && { document: row.document }) });
      return { status: 200, body: pageFrom(rows, limit, { itemOf, keyOf: (row) => String(row.revision) }) };
    },
  });
  return [list, documentsRoute({ storage })];
}

/** Revisions have no gaps, so those before one are counted back from it. */
async function listNewest(
  storage: Storage,
  environment: string,
  { after, limit }: { readonly after: number | undefined; readonly limit: number },
): Promise<readonly ChangeRow[]> {
  const newest = after === undefined ? await storage.currentRevision(environment) : after - 1;
  const first = Math.max(0, newest - limit);
  if (newest <= 0) return [];
  return (await storage.listChanges(environment, first, newest - first)).toReversed();
}
