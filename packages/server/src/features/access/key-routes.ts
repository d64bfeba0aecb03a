import {
  type AccessKeyView,
  accessKeyViewSchema,
  createdAccessKeySchema,
  exchangedKeySchema,
  newAccessKeySchema,
  pageOf,
  pageQuerySchema,
} from '@tidegate/protocol';
import * as z from 'zod';
import { noSuchEnvironment } from '../../http/authorize.ts';
import { pageFrom } from '../../http/page-from.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { KeyRow, Storage } from '../../storage/storage.ts';
import { createKey, type KeyDeps } from './create-key.ts';

const path = '/api/v1/keys';
const shared = { tag: 'keys', access: { kind: 'operator', role: 'admin' } } as const;

export function keyRoutes(deps: KeyDeps): Route[] {
  return [listRoute(deps.storage), createRoute(deps), exchangeRoute(deps), revokeRoute(deps.storage)];
}

/** Everything but the hash, which is nobody's business. */
function viewOf({ hash, ...view }: KeyRow): AccessKeyView {
  return view;
}

function listRoute(storage: Storage): Route {
  return defineRoute({
    ...shared,
    method: 'get',
    path,
    summary: 'Lists the keys, revoked ones too',
    query: pageQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(accessKeyViewSchema) },
    problems: [],
    async handle({ query }) {
      const rows = await storage.listKeys({ ...query, limit: query.limit + 1 });
      return { status: 200, body: pageFrom(rows, query.limit, { itemOf: viewOf, keyOf: (row) => row.id }) };
    },
  });
}

function createRoute(deps: KeyDeps): Route {
  return defineRoute({
    ...shared,
    method: 'post',
    path,
    summary: 'Creates a key, and shows it this once',
    body: newAccessKeySchema,
    reply: { status: 201, description: 'the key', schema: createdAccessKeySchema },
    problems: ['not-found'],
    async handle({ body }) {
      const { environment } = body;
      if (environment !== null && (await deps.storage.findEnvironment(environment)) === undefined) {
        throw noSuchEnvironment(environment);
      }
      const { key, row } = await createKey(deps, body.kind === 'operator' ? body : { ...body, role: 'sdk' });
      return { status: 201, body: { ...viewOf(row), key }, headers: { 'cache-control': 'no-store' } };
    },
  });
}

/**
 * A key that was shown where others may have seen it, as the first start's is, is good for one of these. Of two who ask in
 * the same instant both may be answered: both keys are in the list then.
 */
function exchangeRoute(deps: KeyDeps): Route {
  return defineRoute({
    ...shared,
    method: 'post',
    path: `${path}/exchange`,
    summary: 'Exchanges the key that asks for a new one of the same rights and another name: the old one is revoked',
    body: exchangedKeySchema,
    reply: { status: 201, description: 'the new key, shown this once', schema: createdAccessKeySchema },
    problems: [],
    async handle({ body: { name }, principal, nowMs }) {
      // From the store: what nodes remember of keys may be seconds old.
      const old = principal.key === null ? undefined : await deps.storage.findKey(principal.key.id);
      if (old === undefined || old.revokedAtMs !== null) {
        throw problem('unauthenticated', { detail: 'This key has been exchanged or revoked.' });
      }
      await deps.storage.revokeKey(old.id, nowMs);
      const { kind, role, environment } = old;
      const { key, row } = await createKey(deps, { kind, role, environment, name });
      return { status: 201, body: { ...viewOf(row), key }, headers: { 'cache-control': 'no-store' } };
    },
  });
}

function revokeRoute(storage: Storage): Route {
  return defineRoute({
    ...shared,
    method: 'delete',
    path: `${path}/{id}`,
    summary: 'Revokes a key for good; nodes that know it forget it within seconds',
    params: z.strictObject({ id: z.string().min(1).max(128) }),
    reply: { status: 204, description: 'revoked' },
    problems: [],
    async handle({ params: { id }, nowMs }) {
      if (await storage.revokeKey(id, nowMs)) return { status: 204 };
      throw problem('not-found', { detail: `There is no key with the id ${id}.` });
    },
  });
}
