import { PROBLEMS } from '@tidegate/protocol';
import { manualClock } from '@tidegate/testkit';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiRoute, refusalCodesOf } from '../http/open-api.ts';
import type { Access, Route } from '../http/route.ts';
import { openRestApi, type RestApi, type RestApiKeys } from '../rest-api.fixture.ts';

/**
 * Who may call what: every route × every sort of key. A route that is added is walked too; one that answers a key
 * otherwise than its row says fails here.
 */
type Caller = keyof RestApiKeys | 'nobody' | 'malformed' | 'unknown' | 'basic';

const CALLERS: readonly Caller[] = [
  'nobody',
  'malformed',
  'unknown',
  'basic',
  'revoked',
  'server',
  'browser',
  'reader',
  'killer',
  'editor',
  'admin',
  'bound',
  'elsewhere',
];

const ROLES: Readonly<Record<string, readonly string[]>> = {
  reader: ['reader', 'killer', 'editor', 'admin'],
  killer: ['killer', 'editor', 'admin'],
  editor: ['editor', 'admin'],
  admin: ['admin'],
};

/** What the row says; `let in` is any answer that is none of these refusals. */
function expectedOf(access: Access, isOfEnvironment: boolean, caller: Caller): 401 | 403 | 404 | 'let in' {
  if (access.kind === 'public') return 'let in';
  switch (caller) {
    case 'nobody':
    case 'malformed':
    case 'unknown':
    case 'basic':
    case 'revoked':
      return 401;
    case 'server':
    case 'browser':
      return 403;
    case 'elsewhere':
      return isOfEnvironment ? 404 : 403;
    case 'bound':
      return isOfEnvironment ? 'let in' : 403;
    default:
      return ROLES[access.role]?.includes(caller) ? 'let in' : 403;
  }
}

let api: RestApi;
let table: readonly Route[];
beforeAll(async () => {
  api = await openRestApi({ nowMs: manualClock(1_700_000_000_000).nowMs });
  table = [...api.routes, openApiRoute(api.routes)];
});
afterAll(() => api.close());

function authorizationOf(caller: Caller): string | undefined {
  switch (caller) {
    case 'nobody':
      return undefined;
    case 'malformed':
      return 'Bearer tg_op_short';
    case 'unknown':
      return `Bearer tg_op_${'A'.repeat(43)}`;
    case 'basic':
      return `Basic ${Buffer.from(`admin:${api.keys.admin}`).toString('base64')}`;
    default:
      return `Bearer ${api.keys[caller]}`;
  }
}

/** In the environment that `bound` is for; what it names further does not exist, so that nothing is changed. */
function addressOf(route: Route): string {
  const address = route.path.replace('{project}', 'default').replace('{environment}', 'production');
  return address.replaceAll(/\{\w+\}/g, 'missing');
}

async function answerOf(route: Route, caller: Caller): Promise<number | 'let in'> {
  const authorization = authorizationOf(caller);
  const call = request(api.app)[route.method](addressOf(route)).set('if-match', '"999"');
  const { status, body } = await (authorization === undefined ? call : call.set('authorization', authorization));
  const isNoEnvironment = status === 404 && String(body.detail).startsWith('There is no environment');
  return status === 401 || status === 403 || isNoEnvironment ? status : 'let in';
}

describe('the route table', () => {
  test('answers every sort of key as its rows say', async () => {
    for (const route of table) {
      const answers = await Promise.all(CALLERS.map(async (caller) => [caller, await answerOf(route, caller)]));
      const isOfEnvironment = route.path.includes('{environment}');
      const expected = CALLERS.map((caller) => [caller, expectedOf(route.access, isOfEnvironment, caller)]);
      expect(Object.fromEntries(answers), `${route.method} ${route.path}`).toEqual(Object.fromEntries(expected));
    }
  });

  test('shows another environment to a key exactly as it shows one that does not exist', async () => {
    const flags = (environment: string) => `/api/v1/projects/default/environments/${environment}/flags`;
    const ask = async (environment: string, key: string) => {
      const { status, body } = await request(api.app).get(flags(environment)).set('authorization', `Bearer ${key}`);
      return { status, ...body, instance: '', detail: body.detail.replace(environment, 'X') };
    };
    const none = await ask('nowhere', api.keys.admin);
    expect(await ask('production', api.keys.elsewhere)).toEqual(none);
    expect(await ask('nowhere', api.keys.elsewhere)).toEqual(none);
  });

  test('is told whole by the OpenAPI document, with who may call and how each route refuses', async () => {
    const { body: document } = await request(api.app).get('/api/v1/openapi.json').expect(200);
    for (const route of table) {
      const operation = document.paths[route.path]?.[route.method];
      expect(operation, `${route.method} ${route.path}`).toBeDefined();
      expect(operation['x-tidegate-role']).toBe(route.access.kind === 'public' ? undefined : route.access.role);
      const statuses = [...refusalCodesOf(route)].map((code) => String(PROBLEMS[code].status));
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(statuses));
    }
    const told = Object.values<object>(document.paths).flatMap((methods) => Object.keys(methods));
    expect(told).toHaveLength(table.length);
  });

  test('has every reference of the OpenAPI document lead somewhere', async () => {
    const { body: document, text } = await request(api.app).get('/api/v1/openapi.json').expect(200);
    const references = new Set([...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, id]) => id));
    expect(references.size).toBeGreaterThan(10);
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining([...references]));
    expect(text).not.toContain('$defs');
    expect(document.components.schemas.NewFlag.required).toEqual(['key']);
  });
});
