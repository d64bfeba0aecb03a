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
    summary: 'Lists the changes of an environment after a revision, oldest first',
    tag: 'audit',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    query: changesQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(changeWithDocumentSchema) },
    problems: [],
    async handle({ params: environment, query: { after, limit, documents } }) {
      const rows = await storage.listChanges(environment, after, limit + 1);
      const itemOf = (row: ChangeRow) => ({ ...changeViewOf(row), ...(documents && { document: row.document }) });
      return { status: 200, body: pageFrom(rows, limit, { itemOf, keyOf: (row) => String(row.revision) }) };
    },
  });
  return [list, documentsRoute({ storage })];
}
