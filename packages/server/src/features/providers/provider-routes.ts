import {
  metricResultSchema,
  PROVIDERS_MAX,
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
import { readPages } from '../../storage/read-pages.ts';
import type { Storage } from '../../storage/storage.ts';
import { removeSettings, saveSettings, settingsParams } from '../settings/index.ts';
import { makeProvider, type ProviderDeps } from './make-provider.ts';
import { settingsOf, viewOfProvider } from './provider-of.ts';
import { windowOf } from './window-of.ts';

export interface ProviderRouteDeps extends ProviderDeps {
  readonly storage: Storage;
}

/** Rollouts of one read. */
const PAGE_LIMIT = 200;

const path = `${environmentPath}/providers`;
const providerParams = settingsParams('provider');

export function providerRoutes(deps: ProviderRouteDeps): Route[] {
  return [listRoute(deps), readRoute(deps), saveRoute(deps), removeRoute(deps), queryRoute(deps)];
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
      const saving = {
        principal,
        nowMs,
        expectedVersion,
        refusedAs: 'invalid-provider',
        countMax: PROVIDERS_MAX,
      } as const;
      const row = await saveSettings(storage, { ...params, document }, saving);
      return { status: 200, body: viewOfProvider(row), version: row.version };
    },
  });
}

function removeRoute({ storage }: ProviderRouteDeps): Route {
  return defineRoute({
    method: 'delete',
    path: `${path}/{key}`,
    summary: 'Removes a metric provider that guards no active rollout; its versions stay',
    tag: 'providers',
    access: { kind: 'operator', role: 'editor' },
    params: providerParams,
    reply: { status: 204, description: 'it is gone' },
    problems: ['provider-in-use'],
    async handle({ params, principal, nowMs }) {
      await getProvider(storage, params);
      const guarded = await findGuarded(storage, params.scope, params.key);
      if (guarded.length > 0) {
        const detail = `${params.key} guards ${guarded.join(', ')}, which could not be measured any more: end that first.`;
        throw problem('provider-in-use', { detail });
      }
      await removeSettings(storage, params, { principal, nowMs, refusedAs: 'invalid-provider' });
      return { status: 204 };
    },
  });
}

/** The active rollouts with a guard that asks the provider. */
async function findGuarded(storage: Storage, environment: string, provider: string): Promise<readonly string[]> {
  const active = await readPages(
    PAGE_LIMIT,
    (page) => storage.listRollouts(environment, { ...page, active: true }),
    ({ id }) => id,
  );
  const guarded = active.filter(({ plan }) => plan.providerGuards?.some((guard) => guard.provider === provider));
  return guarded.map(({ id }) => id);
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
  if (row !== undefined && row.document !== null) return row;
  throw problem('not-found', { detail: `There is no metric provider ${id.key} in ${id.scope}.` });
}
