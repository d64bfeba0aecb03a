import { EVENTS_PATH, keySchema, OFREP_EVALUATE_PATH, OFREP_STREAM_PATH, SNAPSHOT_PATH } from '@tidegate/protocol';
import { pino } from 'pino';
import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer, type TidegateServer } from './create-server.ts';
import { systemPlatform } from './platform.ts';
import { createKeysOfEverySort, type RestApiKeys } from './rest-api.fixture.ts';
import { openSqliteStorage } from './storage/sqlite/sqlite-storage.ts';
import type { Storage } from './storage/storage.ts';

/**
 * Who may call what: every route that the server tells of × every sort of key. The document is made from the table that
 * is enforced, so a new route is walked without being named here; one that lets in more than it says fails.
 */
type Caller = keyof RestApiKeys | 'nobody' | 'malformed' | 'unknown' | 'basic';

const STRANGERS = ['nobody', 'malformed', 'unknown', 'basic', 'revoked'] as const;
const SDKS = ['server', 'browser'] as const;
const OPERATORS = ['reader', 'killer', 'editor', 'admin', 'bound', 'elsewhere'] as const;
const CALLERS: readonly Caller[] = [...STRANGERS, ...SDKS, ...OPERATORS];

/** Whom nobody has to know. */
const PUBLIC_ADDRESSES = ['/api/v1/flag-file.schema.json', '/api/v1/openapi.json', '/livez', '/readyz'];

/** Each role may do what those before it may. */
const ROLES = ['reader', 'killer', 'editor', 'admin'];

interface Operation {
  readonly method: 'get' | 'post' | 'patch' | 'put' | 'delete';
  readonly path: string;
  readonly role: string | undefined;
  /** A key as the password of basic authentication is one of its keys. */
  readonly takesBasic: boolean;
}

let server: TidegateServer;
let storage: Storage;
let keys: RestApiKeys;
let operations: readonly Operation[];

beforeAll(async () => {
  storage = openSqliteStorage({ file: ':memory:' });
  await storage.migrate();
  const platform = systemPlatform();
  keys = await createKeysOfEverySort({ ...platform, storage });
  const log = pino({ level: 'silent' });
  server = await createServer({ host: '127.0.0.1', port: 0, node: 'test', shutdownMs: 1_000, storage, platform, log });
  const { body } = await request(server.url).get('/api/v1/openapi.json').expect(200);
  operations = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      // The document was made of a table whose methods are these.
      method: method as Operation['method'],
      path,
      role: operation['x-tidegate-role'],
      takesBasic: operation['security'].some((scheme: object) => 'operatorPassword' in scheme),
    })),
  );
});
afterAll(async () => {
  await server.close();
  await storage.close();
});

function authorizationOf(caller: Caller): string | undefined {
  switch (caller) {
    case 'nobody':
      return undefined;
    case 'malformed':
      return 'Bearer tg_op_short';
    case 'unknown':
      return `Bearer tg_op_${'A'.repeat(43)}`;
    case 'basic':
      return `Basic ${Buffer.from(`admin:${keys.admin}`).toString('base64')}`;
    default:
      return `Bearer ${keys[caller]}`;
  }
}

type Answer = 401 | 403 | 404 | 'let in';

/** What the row says. Another environment's key is told that there is none. */
function expectedOf({ role, path, takesBasic }: Operation, caller: Caller): Answer {
  if (role === undefined || (takesBasic && caller === 'basic')) return 'let in';
  if (STRANGERS.some((stranger) => stranger === caller)) return 401;
  if (SDKS.some((sdk) => sdk === caller)) return 403;
  const isOfEnvironment = path.includes('{environment}');
  if (caller === 'elsewhere') return isOfEnvironment ? 404 : 403;
  if (caller === 'bound') return isOfEnvironment ? 'let in' : 403;
  return ROLES.indexOf(caller) >= ROLES.indexOf(role) ? 'let in' : 403;
}

/** In the environment that `bound` is for; what it names further does not exist, so that nothing is changed. */
function addressOf({ path }: Operation): string {
  const address = path.replace('{project}', 'default').replace('{environment}', 'production');
  return address.replaceAll(/\{\w+\}/g, 'missing');
}

async function answerTo(method: Operation['method'], address: string, caller: Caller): Promise<Answer> {
  const authorization = authorizationOf(caller);
  const call = request(server.url)[method](address).set('if-match', '"999"');
  const { status, body } = await (authorization === undefined ? call : call.set('authorization', authorization));
  const isNoEnvironment = status === 404 && String(body.detail).startsWith('There is no environment');
  if (isNoEnvironment) return 404;
  return status === 401 || status === 403 ? status : 'let in';
}

test('every route answers every sort of key as it says that it does', async () => {
  expect(operations.length).toBeGreaterThan(40);
  for (const operation of operations) {
    const { method, path } = operation;
    const answers = await Promise.all(CALLERS.map((caller) => answerTo(method, addressOf(operation), caller)));
    const expected = CALLERS.map((caller) => [caller, expectedOf(operation, caller)]);
    const got = CALLERS.map((caller, index) => [caller, answers[index]]);
    expect(Object.fromEntries(got), `${method} ${path}`).toEqual(Object.fromEntries(expected));
  }
});

test('only what says nothing of anybody is public', () => {
  expect(operations.filter(({ role }) => role === undefined).map(({ path }) => path)).toEqual(
    expect.arrayContaining(PUBLIC_ADDRESSES),
  );
  expect(operations.filter(({ role }) => role === undefined)).toHaveLength(PUBLIC_ADDRESSES.length);
});

test('whatever changes something takes more than a reader', () => {
  const changing = operations.filter(
    ({ method, path }) => method !== 'get' && !/\/(explain|lint|simulate|drill|verdict)$/.test(path),
  );
  expect(changing.filter(({ role }) => role === undefined || role === 'reader')).toEqual([]);
});

test.each([
  ['get', SNAPSHOT_PATH, ['server']],
  ['post', SNAPSHOT_PATH, ['browser']],
  ['post', EVENTS_PATH, ['server', 'browser']],
  ['post', OFREP_EVALUATE_PATH, ['server', 'browser']],
  ['post', `${OFREP_EVALUATE_PATH}/missing`, ['server', 'browser']],
] as const)('%s %s is for SDK keys: %s', async (method, path, letIn) => {
  for (const caller of CALLERS) {
    const isStranger = STRANGERS.some((stranger) => stranger === caller);
    const expected = isStranger ? 401 : letIn.some((kind) => kind === caller) ? 'let in' : 403;
    expect(await answerTo(method, path, caller), caller).toBe(expected);
  }
});

test('the stream of changes lets nobody in by a key: it takes the ticket that an answer carried', async () => {
  const answers = await Promise.all(CALLERS.map((caller) => answerTo('get', OFREP_STREAM_PATH, caller)));
  expect(new Set(answers)).toEqual(new Set([401]));
});

test('another environment looks exactly like one that does not exist', async () => {
  const ask = async (environment: string, key: string) => {
    const address = `/api/v1/projects/default/environments/${keySchema.parse(environment)}/flags`;
    const { status, body } = await request(server.url).get(address).set('authorization', `Bearer ${key}`);
    return { status, ...body, instance: '', detail: body.detail.replace(environment, 'X') };
  };
  const none = await ask('nowhere', keys.admin);
  expect(none).toMatchObject({ status: 404, code: 'not-found' });
  expect(await ask('production', keys.elsewhere)).toEqual(none);
  expect(await ask('nowhere', keys.elsewhere)).toEqual(none);
});
