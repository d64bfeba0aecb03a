import {
  flagUsageViewSchema,
  pageOf,
  pageQuerySchema,
  type StaleFlag,
  staleFlagSchema,
  staleFlagsQuerySchema,
} from '@tidegate/protocol';
import { environmentParams, environmentPath } from '../../http/environment-path.ts';
import { pageFrom } from '../../http/page-from.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { Storage, UsageRow } from '../../storage/storage.ts';
import { documentParams } from '../documents/index.ts';
import { AskedFlags } from './asked-flags.ts';
import { usageOf, viewOfUsage } from './flag-usage.ts';
import { staleFlagsOf } from './stale-flags.ts';

const DAY_MS = 86_400_000;

interface UsageDeps {
  readonly storage: Storage;
}

export function usageRoutes(deps: UsageDeps): Route[] {
  return [usageRoute(deps), staleFlagsRoute(deps), unknownFlagsRoute(deps)];
}

function usageRoute({ storage }: UsageDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${environmentPath}/flags/{key}/usage`,
    summary: 'Tells who asked for a flag, when, and what they were served; also for keys without a flag',
    tag: 'usage',
    access: { kind: 'operator', role: 'reader' },
    params: documentParams('flag'),
    reply: { status: 200, description: 'the usage, up to half a minute old', schema: flagUsageViewSchema },
    problems: [],
    async handle({ params: id, nowMs }) {
      const row = await storage.findUsage(id.environment, id.key);
      if (row === undefined && (await storage.findDocument(id)) === undefined) {
        throw problem('not-found', { detail: `${id.environment} has no flag ${id.key}, and nobody asked for one.` });
      }
      const usage = row === undefined ? { variations: [], sdks: [] } : usageOf(row);
      return { status: 200, body: viewOfUsage(id.key, usage, nowMs) };
    },
  });
}

function staleFlagsRoute({ storage }: UsageDeps): Route {
  const asked = new AskedFlags(storage);
  return defineRoute({
    method: 'get',
    path: `${environmentPath}/stale-flags`,
    summary: 'Lists the flags that should be looked at once more, by key, each with why and what shows it',
    tag: 'usage',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    query: staleFlagsQuerySchema,
    reply: {
      status: 200,
      description: 'the stale ones of as many flags as `limit` says; `next` tells where to go on',
      schema: pageOf(staleFlagSchema),
    },
    problems: [],
    async handle({ params: environment, query: { days, limit, ...page }, nowMs }) {
      const rows = await storage.listDocuments(environment, 'flag', {
        ...page,
        limit: limit + 1,
        includeArchived: true,
      });
      const { items, next } = pageFrom(rows, limit, { itemOf: (row) => row, keyOf: (row) => row.key });
      const silenceMs = days * DAY_MS;
      const askedByFlags = await asked.of(environment);
      const looked = { environment, rows: items, askedByFlags, nowMs, silenceMs };
      const stale: StaleFlag[] = await staleFlagsOf(storage, looked);
      return { status: 200, body: { items: stale, next } };
    },
  });
}

function unknownFlagsRoute({ storage }: UsageDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${environmentPath}/unknown-flags`,
    summary: 'Lists the keys that SDKs ask for and that are no flags, not even archived ones, by key',
    tag: 'usage',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    query: pageQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(flagUsageViewSchema) },
    problems: [],
    async handle({ params: environment, query: { limit, ...page }, nowMs }) {
      const rows = await storage.listUsage(environment, { ...page, limit: limit + 1, of: 'unknown' });
      const itemOf = (row: UsageRow) => viewOfUsage(row.flagKey, usageOf(row), nowMs);
      return { status: 200, body: pageFrom(rows, limit, { itemOf, keyOf: (row) => row.flagKey }) };
    },
  });
}
