import {
  keySchema,
  newProjectSchema,
  type ProjectView,
  pageOf,
  pageQuerySchema,
  projectPatchSchema,
  projectSettingsSchema,
  projectViewSchema,
} from '@tidegate/protocol';
import * as z from 'zod';
import { overtaken, refuseStale } from '../../http/etag.ts';
import { pageFrom } from '../../http/page-from.ts';
import { patchSettings } from '../../http/patch-settings.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { ProjectRow, Storage } from '../../storage/storage.ts';

const path = '/api/v1/projects';
const projectParams = z.strictObject({ project: keySchema });

export function projectRoutes({ storage }: { storage: Storage }): Route[] {
  return [listRoute(storage), createRoute(storage), readRoute(storage), patchRoute(storage)];
}

/** Throws `not-found`. */
export async function getProject(storage: Storage, projectKey: string): Promise<ProjectRow> {
  const row = await storage.findProject(projectKey);
  if (row !== undefined) return row;
  throw problem('not-found', { detail: `There is no project ${projectKey}.` });
}

function viewOf({ projectKey, name, description, createdAtMs, version }: ProjectRow): ProjectView {
  return { key: projectKey, name, description, createdAtMs, version };
}

function listRoute(storage: Storage): Route {
  return defineRoute({
    method: 'get',
    path,
    summary: 'Lists the projects, by key',
    tag: 'projects',
    access: { kind: 'operator', role: 'reader' },
    query: pageQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(projectViewSchema) },
    problems: [],
    async handle({ query }) {
      const rows = await storage.listProjects({ ...query, limit: query.limit + 1 });
      return { status: 200, body: pageFrom(rows, query.limit, { itemOf: viewOf, keyOf: (row) => row.projectKey }) };
    },
  });
}

function createRoute(storage: Storage): Route {
  return defineRoute({
    method: 'post',
    path,
    summary: 'Creates a project',
    tag: 'projects',
    access: { kind: 'operator', role: 'admin' },
    body: newProjectSchema,
    reply: { status: 201, description: 'the project', schema: projectViewSchema },
    problems: ['already-exists'],
    async handle({ body: { key, name = key, description }, nowMs }) {
      const row: ProjectRow = { projectKey: key, name, description, createdAtMs: nowMs, version: 1 };
      if ((await storage.createProject(row)) === 'exists') {
        throw problem('already-exists', { detail: `There is a project ${key} already.` });
      }
      return { status: 201, body: viewOf(row), version: 1, headers: { location: `${path}/${key}` } };
    },
  });
}

function readRoute(storage: Storage): Route {
  return defineRoute({
    method: 'get',
    path: `${path}/{project}`,
    summary: 'Reads one project',
    tag: 'projects',
    access: { kind: 'operator', role: 'reader' },
    params: projectParams,
    reply: { status: 200, description: 'the project', schema: projectViewSchema },
    problems: [],
    async handle({ params }) {
      const row = await getProject(storage, params.project);
      return { status: 200, body: viewOf(row), version: row.version };
    },
  });
}

function patchRoute(storage: Storage): Route {
  return defineRoute({
    method: 'patch',
    path: `${path}/{project}`,
    summary: 'Changes a project by a merge patch (RFC 7396)',
    tag: 'projects',
    access: { kind: 'operator', role: 'admin' },
    params: projectParams,
    body: projectPatchSchema,
    ifMatch: 'required',
    reply: { status: 200, description: 'the project as it is now', schema: projectViewSchema },
    problems: [],
    async handle({ params: { project: projectKey }, body, expectedVersion }) {
      const row = await getProject(storage, projectKey);
      refuseStale({ expected: expectedVersion, actual: row.version });
      const { name, description } = row;
      const values = patchSettings(projectSettingsSchema, { name, description }, body);
      const outcome = await storage.updateProject({ projectKey, expectedVersion, values });
      if (outcome.kind !== 'updated') throw overtaken(`project ${projectKey}`);
      return { status: 200, body: viewOf({ ...row, ...values, version: outcome.version }), version: outcome.version };
    },
  });
}
