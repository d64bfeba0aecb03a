import {
  changeQuerySchema,
  changeReasonSchema,
  documentsQuerySchema,
  historyEntrySchema,
  historyQuerySchema,
  keySchema,
  pageOf,
  restoreSchema,
} from '@tidegate/protocol';
import * as z from 'zod';
import { environmentParams, environmentPath } from '../../http/environment-path.ts';
import { pageFrom } from '../../http/page-from.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { DocumentKind, Storage } from '../../storage/storage.ts';
import { changesOf, preparePatch } from './document-changes.ts';
import type { DocumentTraits } from './document-traits.ts';
import { readHistory } from './history.ts';
import { getCurrent, getDocument } from './save-document.ts';
import { viewOf } from './view-of.ts';

export interface DocumentDeps {
  readonly storage: Storage;
  readonly randomId: () => string;
}

/** The address of one document; handlers are given its identity. */
export function documentParams(kind: DocumentKind) {
  return z
    .strictObject({ project: keySchema, environment: keySchema, key: keySchema })
    .transform(({ project, environment, key }) => ({ environment: `${project}/${environment}`, kind, key }));
}

/** The routes that flags, segments and metrics share. */
export function documentRoutes<New, Settings, Document extends object>(
  traits: DocumentTraits<New, Settings, Document>,
  deps: DocumentDeps,
): Route[] {
  return [...readingRoutes(traits, deps), ...writingRoutes(traits, deps), ...archivingRoutes(traits, deps)];
}

function readingRoutes<New, Settings, Document extends object>(
  traits: DocumentTraits<New, Settings, Document>,
  { storage }: DocumentDeps,
): Route[] {
  const { kind, plural, schemas } = traits;
  const shared = { method: 'get', tag: plural, access: { kind: 'operator', role: 'reader' }, problems: [] } as const;
  const one = { ...shared, path: `${environmentPath}/${plural}/{key}`, params: documentParams(kind) };
  const list = defineRoute({
    ...shared,
    path: `${environmentPath}/${plural}`,
    summary: `Lists the ${plural}, by key`,
    params: environmentParams,
    query: documentsQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(schemas.view) },
    async handle({ params: environment, query: { limit, archived: includeArchived, ...page } }) {
      const rows = await storage.listDocuments(environment, kind, { ...page, limit: limit + 1, includeArchived });
      const itemOf = (row: (typeof rows)[number]) => viewOf(traits, row);
      return { status: 200, body: pageFrom(rows, limit, { itemOf, keyOf: (row) => row.key }) };
    },
  });
  const read = defineRoute({
    ...one,
    summary: `Reads one ${kind}`,
    reply: { status: 200, description: `the ${kind}`, schema: schemas.view },
    async handle({ params }) {
      const row = await getDocument(storage, params);
      return { status: 200, body: viewOf(traits, row), version: row.revision };
    },
  });
  const history = defineRoute({
    ...one,
    path: `${one.path}/history`,
    summary: `Lists the changes of one ${kind}, newest first, with what each changed`,
    query: historyQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(historyEntrySchema) },
    async handle({ params, query }) {
      await getDocument(storage, params);
      return { status: 200, body: await readHistory(storage, params, query) };
    },
  });
  return [list, read, history];
}

/** What creating and changing a document of a kind have in common. */
function changing<New, Settings, Document extends object>({
  kind,
  plural,
  schemas,
  bodyBytesMax,
}: DocumentTraits<New, Settings, Document>) {
  return {
    bodyBytesMax,
    tag: plural,
    access: { kind: 'operator', role: 'editor' },
    reply: { status: 200, description: `the ${kind} as it is now`, schema: schemas.view },
  } as const;
}

function writingRoutes<New, Settings, Document extends object>(
  traits: DocumentTraits<New, Settings, Document>,
  deps: DocumentDeps,
): Route[] {
  const { kind, plural, schemas } = traits;
  const changes = changesOf(traits, deps);
  const shared = changing(traits);
  const create = defineRoute({
    ...shared,
    method: 'post',
    path: `${environmentPath}/${plural}`,
    summary: `Creates a ${kind}`,
    params: environmentParams,
    query: changeQuerySchema,
    body: schemas.create,
    reply: { ...shared.reply, status: 201 },
    problems: ['already-exists', ...traits.problems],
    async handle({ params: environment, query, body, principal, nowMs }) {
      const saved = await changes.create(environment, body, { principal, nowMs, ...query });
      const location = `${pathOf(environment)}/${plural}/${saved.key}`;
      return { status: 201, body: viewOf(traits, saved), version: saved.revision, headers: { location } };
    },
  });
  const patch = defineRoute({
    ...shared,
    method: 'patch',
    path: `${environmentPath}/${plural}/{key}`,
    summary: `Changes a ${kind} by a merge patch (RFC 7396)`,
    params: documentParams(kind),
    query: changeQuerySchema,
    body: schemas.patch,
    ifMatch: 'required',
    problems: ['archived', ...traits.problems],
    async handle({ params, query, body, expectedVersion, principal, nowMs }) {
      const saved = await changes.patch({ id: params, expectedVersion, patch: body }, { principal, nowMs, ...query });
      return { status: 200, body: viewOf(traits, saved), version: saved.revision };
    },
  });
  const check = defineRoute({
    ...shared,
    method: 'post',
    path: `${environmentPath}/${plural}/{key}/check`,
    summary: `Refuses what a merge patch of a ${kind} would be refused with, as it is now, and changes nothing`,
    params: documentParams(kind),
    body: schemas.patch,
    reply: { status: 204, description: 'nothing keeps it from being saved' },
    problems: ['archived', ...traits.problems],
    async handle({ params, body }) {
      const current = await getCurrent(deps.storage, params);
      await preparePatch(traits, deps.storage, { current, patch: body, action: 'updated' });
      return { status: 204 };
    },
  });
  return [create, patch, check];
}

function archivingRoutes<New, Settings, Document extends object>(
  traits: DocumentTraits<New, Settings, Document>,
  deps: DocumentDeps,
): Route[] {
  const { kind, plural } = traits;
  const changes = changesOf(traits, deps);
  const path = `${environmentPath}/${plural}/{key}`;
  const shared = { ...changing(traits), method: 'post', params: documentParams(kind), ifMatch: 'required' } as const;
  const archive = defineRoute({
    ...shared,
    path: `${path}/archive`,
    summary: `Archives a ${kind}: SDKs forget it, its history stays`,
    body: changeReasonSchema,
    problems: ['archived', ...traits.archiveProblems],
    async handle({ params, body, expectedVersion, principal, nowMs }) {
      const saved = await changes.archive({ id: params, expectedVersion }, { principal, nowMs, ...body });
      return { status: 200, body: viewOf(traits, saved), version: saved.revision };
    },
  });
  const restore = defineRoute({
    ...shared,
    path: `${path}/restore`,
    summary: `Brings back what a ${kind} was at a revision, also an archived one, and changes it by a merge patch`,
    body: z.strictObject({ ...restoreSchema.shape, patch: traits.schemas.patch.exactOptional() }),
    problems: ['archived', ...traits.problems, ...traits.restoreProblems],
    async handle({ params, body: { revision, patch, reason }, expectedVersion, principal, nowMs }) {
      const saved = await changes.restore(
        { id: params, expectedVersion, revision, patch },
        { principal, nowMs, reason },
      );
      return { status: 200, body: viewOf(traits, saved), version: saved.revision };
    },
  });
  return [archive, restore];
}

function pathOf(environment: string): string {
  const [project, key] = environment.split('/');
  return `/api/v1/projects/${project}/environments/${key}`;
}
