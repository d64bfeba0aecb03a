import { documentsAtRevisionSchema } from '@tidegate/protocol';
import { environmentParams, environmentPath } from '../../http/environment-path.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { DocumentKind, DocumentRow, Storage } from '../../storage/storage.ts';
import { flagDocumentOf, segmentDocumentOf, viewOf } from '../documents/index.ts';

/** Flags as code start from here: page by page, an environment would be of as many revisions as pages. */
export function documentsRoute({ storage }: { storage: Storage }): Route {
  return defineRoute({
    method: 'get',
    path: `${environmentPath}/documents`,
    summary: 'Reads all flags and segments that are not archived, at one revision',
    tag: 'audit',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    reply: { status: 200, description: 'everything at one revision', schema: documentsAtRevisionSchema },
    problems: [],
    async handle({ params: environment }) {
      const { revision, documents } = await storage.readSnapshot(environment);
      const viewsOf = <Document extends object>(kind: DocumentKind, documentOf: (row: DocumentRow) => Document) =>
        documents.filter((row) => row.kind === kind).map((row) => viewOf({ documentOf }, row));
      const flags = viewsOf('flag', flagDocumentOf);
      return { status: 200, body: { revision, flags, segments: viewsOf('segment', segmentDocumentOf) } };
    },
  });
}
