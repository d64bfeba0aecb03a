import { BUILT_IN_TEMPLATES } from '@tidegate/analysis/plans';
import { keySchema, pageOf, pageQuerySchema, templateSettingsSchema, templateViewSchema } from '@tidegate/protocol';
import * as z from 'zod';
import { pageFrom } from '../../http/page-from.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { Storage } from '../../storage/storage.ts';
import { getProject } from '../projects/index.ts';
import { findBuiltIn } from './read-templates.ts';
import { saveTemplate } from './save-template.ts';
import { viewOfBuiltIn, viewOfTemplate } from './template-of.ts';

const path = '/api/v1/projects/{project}/templates';
const projectParams = z.strictObject({ project: keySchema });
const templateParams = z.strictObject({ project: keySchema, name: keySchema });
const versionQuery = z.strictObject({ version: z.coerce.number().int().min(1).exactOptional() });

export function templateRoutes({ storage }: { storage: Storage }): Route[] {
  return [listRoute(storage), readRoute(storage), saveRoute(storage)];
}

function listRoute(storage: Storage): Route {
  return defineRoute({
    method: 'get',
    path,
    summary:
      "Lists the project's guard templates in their newest versions, by name; the first page begins with the built-in ones",
    tag: 'templates',
    access: { kind: 'operator', role: 'reader' },
    params: projectParams,
    query: pageQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(templateViewSchema) },
    problems: [],
    async handle({ params: { project }, query }) {
      await getProject(storage, project);
      const rows = await storage.listSettings(
        { kind: 'template', scope: project },
        { ...query, limit: query.limit + 1 },
      );
      const page = pageFrom(rows, query.limit, { itemOf: viewOfTemplate, keyOf: (row) => row.key });
      const builtIn = query.after === undefined ? BUILT_IN_TEMPLATES.map(viewOfBuiltIn) : [];
      return { status: 200, body: { ...page, items: [...builtIn, ...page.items] } };
    },
  });
}

function readRoute(storage: Storage): Route {
  return defineRoute({
    method: 'get',
    path: `${path}/{name}`,
    summary: 'Reads one guard template, in its newest version or the one that is asked for',
    tag: 'templates',
    access: { kind: 'operator', role: 'reader' },
    params: templateParams,
    query: versionQuery,
    reply: { status: 200, description: 'the template', schema: templateViewSchema },
    problems: [],
    async handle({ params: { project, name }, query: { version } }) {
      await getProject(storage, project);
      const builtIn = findBuiltIn(name, version);
      if (builtIn !== undefined) return { status: 200, body: viewOfBuiltIn(builtIn) };
      const row = await storage.findSettings({ kind: 'template', scope: project, key: name }, version);
      if (row !== undefined) return { status: 200, body: viewOfTemplate(row) };
      const called = version === undefined ? name : `${name}@${version}`;
      throw problem('not-found', { detail: `There is no template ${called} in ${project}.` });
    },
  });
}

function saveRoute(storage: Storage): Route {
  return defineRoute({
    method: 'put',
    path: `${path}/{name}`,
    summary: 'Saves a guard template as a new version, unless the newest says the same; running rollouts keep theirs',
    tag: 'templates',
    access: { kind: 'operator', role: 'editor' },
    params: templateParams,
    body: templateSettingsSchema,
    reply: { status: 200, description: 'the version that says this', schema: templateViewSchema },
    problems: ['already-exists', 'invalid-template'],
    async handle({ params: { project: projectKey, name }, body: settings, principal, nowMs }) {
      await getProject(storage, projectKey);
      const row = await saveTemplate(storage, { projectKey, name, settings }, { principal, nowMs });
      return { status: 200, body: viewOfTemplate(row) };
    },
  });
}
