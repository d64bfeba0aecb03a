import {
  changeQuerySchema,
  type EnvironmentChange,
  type EnvironmentView,
  environmentChangeSchema,
  environmentPatchSchema,
  environmentSettingsSchema,
  environmentViewSchema,
  historyQuerySchema,
  isCriticalByDefault,
  keySchema,
  newEnvironmentSchema,
  pageOf,
  pageQuerySchema,
} from '@tidegate/protocol';
import * as z from 'zod';
import { noSuchEnvironment } from '../../http/authorize.ts';
import { environmentParams, environmentPath } from '../../http/environment-path.ts';
import { overtaken, refuseStale } from '../../http/etag.ts';
import { pageFrom } from '../../http/page-from.ts';
import { patchSettings } from '../../http/patch-settings.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { EnvironmentRow, Storage } from '../../storage/storage.ts';
import { getProject } from '../projects/index.ts';
import { createEnvironment } from './create-environment.ts';

const path = '/api/v1/projects/{project}/environments';
const projectParams = z.strictObject({ project: keySchema });

export function environmentRoutes({ storage }: { storage: Storage }): Route[] {
  return [listRoute(storage), createRoute(storage), readRoute(storage), patchRoute(storage), historyRoute(storage)];
}

function viewOf(row: EnvironmentRow): EnvironmentView {
  const { environmentKey: key, projectKey: project, ...shared } = row;
  return { key, project, ...shared };
}

function listRoute(storage: Storage): Route {
  return defineRoute({
    method: 'get',
    path,
    summary: 'Lists the environments of a project, by key',
    tag: 'environments',
    access: { kind: 'operator', role: 'reader' },
    params: projectParams,
    query: pageQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(environmentViewSchema) },
    problems: [],
    async handle({ params: { project }, query: { limit, after } }) {
      await getProject(storage, project);
      const page = { limit: limit + 1, ...(after === undefined ? {} : { after: `${project}/${after}` }) };
      const rows = await storage.listEnvironments(project, page);
      return { status: 200, body: pageFrom(rows, limit, { itemOf: viewOf, keyOf: (row) => row.environmentKey }) };
    },
  });
}

function createRoute(storage: Storage): Route {
  return defineRoute({
    method: 'post',
    path,
    summary: 'Creates an environment, with the metrics that `client.run` feeds',
    tag: 'environments',
    access: { kind: 'operator', role: 'admin' },
    params: projectParams,
    body: newEnvironmentSchema,
    reply: { status: 201, description: 'the environment', schema: environmentViewSchema },
    problems: ['already-exists'],
    async handle({ params: { project }, body, nowMs }) {
      const { key, name = key, description, critical = isCriticalByDefault(key) } = body;
      await getProject(storage, project);
      const row = {
        environment: `${project}/${key}`,
        projectKey: project,
        environmentKey: key,
        name,
        description,
        critical,
        createdAtMs: nowMs,
        version: 1,
      };
      const created = await createEnvironment(storage, row);
      if (created === 'exists') {
        throw problem('already-exists', { detail: `There is an environment ${row.environment} already.` });
      }
      const location = `/api/v1/projects/${project}/environments/${key}`;
      return { status: 201, body: viewOf(row), version: 1, headers: { location } };
    },
  });
}

function readRoute(storage: Storage): Route {
  return defineRoute({
    method: 'get',
    path: environmentPath,
    summary: 'Reads one environment',
    tag: 'environments',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    reply: { status: 200, description: 'the environment', schema: environmentViewSchema },
    problems: [],
    async handle({ params: environment }) {
      const row = await getEnvironment(storage, environment);
      return { status: 200, body: viewOf(row), version: row.version };
    },
  });
}

function patchRoute(storage: Storage): Route {
  return defineRoute({
    method: 'patch',
    path: environmentPath,
    summary: 'Changes an environment by a merge patch (RFC 7396)',
    tag: 'environments',
    access: { kind: 'operator', role: 'admin' },
    params: environmentParams,
    query: changeQuerySchema,
    body: environmentPatchSchema,
    ifMatch: 'required',
    reply: { status: 200, description: 'the environment as it is now', schema: environmentViewSchema },
    problems: [],
    async handle({ params: environment, query: { reason }, body, expectedVersion, principal, nowMs }) {
      const row = await getEnvironment(storage, environment);
      refuseStale({ expected: expectedVersion, actual: row.version });
      const { name, description, critical } = row;
      const settings = patchSettings(environmentSettingsSchema, { name, description, critical }, body);
      const by = { actor: principal.actor, reason, atMs: nowMs };
      const outcome = await storage.updateEnvironment({ environment, expectedVersion, settings, ...by });
      if (outcome.kind !== 'updated') throw overtaken(`environment ${environment}`);
      return { status: 200, body: viewOf({ ...row, ...settings, version: outcome.version }), version: outcome.version };
    },
  });
}

/** An environment's settings are no document of its change log, which is what SDKs see; so they have a history here. */
function historyRoute(storage: Storage): Route {
  return defineRoute({
    method: 'get',
    path: `${environmentPath}/history`,
    summary: 'Lists the updates of an environment, newest first: who changed what, and why',
    tag: 'environments',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    query: historyQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(environmentChangeSchema) },
    problems: [],
    async handle({ params: environment, query: { limit, after } }) {
      await getEnvironment(storage, environment);
      const page = { limit: limit + 1, ...(after === undefined ? {} : { beforeVersion: after }) };
      const changes = await storage.listEnvironmentChanges(environment, page);
      const each = {
        itemOf: (change: EnvironmentChange) => change,
        keyOf: (last: EnvironmentChange) => `${last.version}`,
      };
      return { status: 200, body: pageFrom(changes, limit, each) };
    },
  });
}

async function getEnvironment(storage: Storage, environment: string): Promise<EnvironmentRow> {
  const row = await storage.findEnvironment(environment);
  if (row === undefined) throw noSuchEnvironment(environment);
  return row;
}
