import {
  ADAPTERS_MAX,
  type AdapterSettings,
  type AdapterView,
  adapterSettingsSchema,
  adapterViewSchema,
  appliedWeightSchema,
  pageOf,
  pageQuerySchema,
} from '@tidegate/protocol';
import * as z from 'zod';
import { environmentParams, environmentPath } from '../../http/environment-path.ts';
import { refuseStale } from '../../http/etag.ts';
import { pageFrom } from '../../http/page-from.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { SettingsId, SettingsRow, Storage } from '../../storage/storage.ts';
import { removeSettings, saveSettings, settingsParams } from '../settings/index.ts';
import { settingsOf, viewOfAdapter } from './adapter-of.ts';
import { leadsElsewhere } from './leads-elsewhere.ts';
import { type AdapterDeps, makeAdapter } from './make-adapter.ts';
import { isManifest, manifestOf } from './manifests/manifest-of.ts';
import { findDriver, findOwner } from './rollout-traffic.ts';

export interface AdapterRouteDeps extends AdapterDeps {
  readonly storage: Storage;
  /** Somebody reported a weight, or saved other settings. */
  readonly onChange: (environment: string) => void;
}

const path = `${environmentPath}/adapters`;
const adapterParams = settingsParams('adapter');
const forceQuery = z.strictObject({
  force: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .exactOptional()
    .describe('Also while a rollout drives it: what it reached before keeps the weight that it has.'),
});

export function adapterRoutes(deps: AdapterRouteDeps): Route[] {
  return [
    listRoute(deps),
    readRoute(deps),
    saveRoute(deps),
    removeRoute(deps),
    documentRoute(deps),
    appliedRoute(deps),
  ];
}

function listRoute({ storage }: AdapterRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path,
    summary: 'Lists the traffic adapters, by key, with what each is to have and has',
    tag: 'adapters',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    query: pageQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(adapterViewSchema) },
    problems: [],
    async handle({ params: scope, query }) {
      const rows = await storage.listSettings({ kind: 'adapter', scope }, { ...query, limit: query.limit + 1 });
      const weights = await storage.listTrafficWeights(scope);
      const itemOf = (row: SettingsRow) =>
        viewOfAdapter(row, weights.find(({ adapterKey }) => adapterKey === row.key)?.weight ?? null);
      return { status: 200, body: pageFrom(rows, query.limit, { itemOf, keyOf: (row) => row.key }) };
    },
  });
}

function readRoute({ storage }: AdapterRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${path}/{key}`,
    summary: 'Reads one traffic adapter, with what it is to have and has',
    tag: 'adapters',
    access: { kind: 'operator', role: 'reader' },
    params: adapterParams,
    reply: { status: 200, description: 'the adapter', schema: adapterViewSchema },
    problems: [],
    async handle({ params }) {
      return { status: 200, body: await readView(storage, await getAdapter(storage, params)) };
    },
  });
}

function saveRoute(deps: AdapterRouteDeps): Route {
  const { storage } = deps;
  return defineRoute({
    method: 'put',
    path: `${path}/{key}`,
    summary: 'Saves a traffic adapter as a new version, unless the newest says the same',
    tag: 'adapters',
    access: { kind: 'operator', role: 'editor' },
    params: adapterParams,
    query: forceQuery,
    body: adapterSettingsSchema,
    ifMatch: 'heeded',
    reply: { status: 200, description: 'the version that says this', schema: adapterViewSchema },
    problems: ['invalid-adapter', 'adapter-in-use'],
    async handle({ params, query, body: document, principal, nowMs, expectedVersion }) {
      const { flaw } = makeAdapter(document, params.scope, deps);
      if (flaw !== undefined) throw problem('invalid-adapter', { detail: flaw });
      const before = await storage.findSettings(params);
      if (expectedVersion > 0) refuseStale({ expected: expectedVersion, actual: before?.version ?? 0 });
      if (before !== undefined && isElsewhere(before, document)) {
        const isGone = before.document === null || query.force === true;
        if (!isGone) refuseLeaving(params.key, await findDriver(storage, params.scope, params.key));
        // What was reported of the place before says nothing of this one.
        await storage.reportTrafficWeight(params.scope, params.key, null);
      }
      const saving = {
        principal,
        nowMs,
        expectedVersion,
        refusedAs: 'invalid-adapter',
        countMax: ADAPTERS_MAX,
      } as const;
      const row = await saveSettings(storage, { ...params, document }, saving);
      deps.onChange(params.scope);
      return { status: 200, body: await readView(storage, row) };
    },
  });
}

function removeRoute({ storage }: AdapterRouteDeps): Route {
  return defineRoute({
    method: 'delete',
    path: `${path}/{key}`,
    summary: 'Removes a traffic adapter that follows no rollout; its versions stay',
    tag: 'adapters',
    access: { kind: 'operator', role: 'editor' },
    params: adapterParams,
    query: forceQuery,
    reply: { status: 204, description: 'it is gone' },
    problems: ['adapter-in-use'],
    async handle({ params, query, principal, nowMs }) {
      await getAdapter(storage, params);
      if (query.force !== true) refuseLeaving(params.key, await findOwner(storage, params.scope, params.key));
      await removeSettings(storage, params, { principal, nowMs, refusedAs: 'invalid-adapter' });
      return { status: 204 };
    },
  });
}

function documentRoute({ storage }: AdapterRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${path}/{key}/document`,
    summary: 'The document of a mesh for the weight that is wanted now; before the first, for no treatment',
    tag: 'adapters',
    access: { kind: 'operator', role: 'reader' },
    params: adapterParams,
    reply: { status: 200, description: 'a VirtualService, an HTTPRoute or an Ingress' },
    problems: [],
    async handle({ params }) {
      const { settings, weight } = await readView(storage, await getAdapter(storage, params));
      if (!isManifest(settings)) {
        throw problem('not-found', { detail: `An adapter of the kind ${settings.kind} has no document.` });
      }
      return { status: 200, body: manifestOf(settings, weight?.desiredPpm ?? 0) };
    },
  });
}

function appliedRoute({ storage, onChange }: AdapterRouteDeps): Route {
  return defineRoute({
    method: 'put',
    path: `${path}/{key}/applied`,
    summary: 'Reports which weight is in force, by whoever applies the document of an adapter that is pulled',
    tag: 'adapters',
    access: { kind: 'operator', role: 'editor' },
    params: adapterParams,
    body: appliedWeightSchema,
    reply: { status: 200, description: 'the adapter', schema: adapterViewSchema },
    problems: [],
    async handle({ params, body: { weightPpm } }) {
      const row = await getAdapter(storage, params);
      const settings = settingsOf(row);
      if (!isManifest(settings) || settings.delivery !== 'pull') {
        throw problem('not-found', { detail: `${params.key} is asked by the server itself: nobody reports for it.` });
      }
      if (!(await storage.reportTrafficWeight(params.scope, params.key, weightPpm))) {
        throw problem('not-found', { detail: `Nothing was wanted of ${params.key} yet.` });
      }
      onChange(params.scope);
      return { status: 200, body: await readView(storage, row) };
    },
  });
}

function isElsewhere(before: SettingsRow, settings: AdapterSettings): boolean {
  return before.document === null || leadsElsewhere(settingsOf(before), settings);
}

/** Throws where a rollout would lose what it has set: no kill would take that back. */
function refuseLeaving(key: string, rolloutId: string | undefined): void {
  if (rolloutId === undefined) return;
  const detail = `${key} follows the rollout ${rolloutId}, and what it reaches would keep the weight that it has: end that rollout first, or force it and set that weight to nothing by hand.`;
  throw problem('adapter-in-use', { detail });
}

async function getAdapter(storage: Storage, id: SettingsId): Promise<SettingsRow> {
  const row = await storage.findSettings(id);
  if (row !== undefined && row.document !== null) return row;
  throw problem('not-found', { detail: `There is no traffic adapter ${id.key} in ${id.scope}.` });
}

/** No entity tag goes with it: the weight changes while the version of the settings stays. */
async function readView(storage: Storage, row: SettingsRow): Promise<AdapterView> {
  const weights = await storage.listTrafficWeights(row.scope);
  return viewOfAdapter(row, weights.find(({ adapterKey }) => adapterKey === row.key)?.weight ?? null);
}
