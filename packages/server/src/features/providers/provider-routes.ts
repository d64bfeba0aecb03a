import {
  metricResultSchema,
  pageOf,
  pageQuerySchema,
  providerSettingsSchema,
  providerTestSchema,
  providerViewSchema,
} from '@tidegate/protocol';
import type * as z from 'zod';
import { environmentParams, environmentPath } from '../../http/environment-path.ts';
import { pageFrom } from '../../http/page-from.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { Storage } from '../../storage/storage.ts';
import { saveSettings, settingsParams } from '../settings/index.ts';
import { makeProvider, type ProviderDeps } from './make-provider.ts';
import { settingsOf, viewOfProvider } from './provider-of.ts';
import { windowOf } from './window-of.ts';

export interface ProviderRouteDeps extends ProviderDeps {
  readonly storage: Storage;
}

const path = `${environmentPath}/providers`;
const providerParams = settingsParams('provider');

export function providerRoutes(deps: ProviderRouteDeps): Route[] {
  return [listRoute(deps), readRoute(deps), saveRoute(deps), queryRoute(deps)];
}

function listRoute({ storage }: ProviderRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path,
    summary: 'Lists the metric providers, by key; of secrets it tells the names',
    tag: 'providers',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    query: pageQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(providerViewSchema) },
    problems: [],
    async handle({ params: scope, query }) {
      const rows = await storage.listSettings({ kind: 'provider', scope }, { ...query, limit: query.limit + 1 });
      const body = pageFrom(rows, query.limit, { itemOf: viewOfProvider, keyOf: (row) => row.key });
      return { status: 200, body };
    },
  });
}

function readRoute({ storage }: ProviderRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${path}/{key}`,
    summary: 'Reads one metric provider; of secrets it tells the names',
    tag: 'providers',
    access: { kind: 'operator', role: 'reader' },
    params: providerParams,
    reply: { status: 200, description: 'the provider', schema: providerViewSchema },
    problems: [],
    async handle({ params }) {
      const row = await getProvider(storage, params);
      return { status: 200, body: viewOfProvider(row), version: row.version };
    },
  });
}

function saveRoute({ storage, ...deps }: ProviderRouteDeps): Route {
  return defineRoute({
    method: 'put',
    path: `${path}/{key}`,
    summary: 'Saves a metric provider as a new version, unless the newest says the same',
    tag: 'providers',
    access: { kind: 'operator', role: 'editor' },
    params: providerParams,
    body: providerSettingsSchema,
    ifMatch: 'heeded',
    reply: { status: 200, description: 'the version that says this', schema: providerViewSchema },
    problems: ['invalid-provider'],
    async handle({ params, body: document, principal, nowMs, expectedVersion }) {
      const { flaw } = makeProvider(document, params.scope, deps);
      if (flaw !== undefined) throw problem('invalid-provider', { detail: flaw });
      const row = await saveSettings(
        storage,
        { ...params, document },
        { principal, nowMs, expectedVersion, refusedAs: 'invalid-provider' },
      );
      return { status: 200, body: viewOfProvider(row), version: row.version };
    },
  });
}

function queryRoute({ storage, ...deps }: ProviderRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: `${path}/{key}/query`,
    summary: 'Asks a metric provider once over the window that ends now, as a guard would',
    tag: 'providers',
    access: { kind: 'operator', role: 'editor' },
    params: providerParams,
    body: providerTestSchema,
    reply: { status: 200, description: 'what it answered, be it an error', schema: metricResultSchema },
    problems: [],
    async handle({ params, body: { query, arms }, nowMs }) {
      const settings = settingsOf(await getProvider(storage, params));
      const window = windowOf({ nowMs, lagMs: settings.lagMs, windowMs: query.windowMs });
      // As long as the schema of queries wants it to be.
      if (window === undefined) throw new Error(`a window of ${query.windowMs} ms is too short to be asked about`);
      return { status: 200, body: await makeProvider(settings, params.scope, deps).query({ query, arms, window }) };
    },
  });
}

async function getProvider(storage: Storage, id: z.output<typeof providerParams>) {
  const row = await storage.findSettings(id);
  if (row !== undefined) return row;
  throw problem('not-found', { detail: `There is no metric provider ${id.key} in ${id.scope}.` });
}
