import { randomBytes, randomUUID } from 'node:crypto';
import type { Express } from 'express';
import { type Logger, pino } from 'pino';
import type { TrafficConfig } from './config.ts';
import { createKey, keyRoutes } from './features/access/index.ts';
import { auditRoutes } from './features/audit/index.ts';
import { environmentRoutes, type SetUpDeps, setUpFirstEnvironment } from './features/environments/index.ts';
import { flagRoutes } from './features/flags/index.ts';
import { metricRoutes } from './features/metrics/index.ts';
import { channelRoutes, noticeRoutes } from './features/notices/index.ts';
import { projectRoutes } from './features/projects/index.ts';
import { providerRoutes } from './features/providers/index.ts';
import { scheduleRoutes } from './features/schedules/index.ts';
import { segmentRoutes } from './features/segments/index.ts';
import { templateRoutes } from './features/templates/index.ts';
import { adapterRoutes } from './features/traffic/index.ts';
import { usageRoutes } from './features/usage/index.ts';
import { createHttpApp } from './http/http-app.ts';
import { createKeyFinder } from './http/key-finder.ts';
import type { RequestRates } from './http/rate-limit.ts';
import type { Route } from './http/route.ts';
import { createHttpClient, socketOpener } from './http-client/index.ts';
import type { OutboundSecret } from './outbound-secrets.ts';
import { systemPlatform } from './platform.ts';
import { openSqliteStorage } from './storage/sqlite/sqlite-storage.ts';
import type { KeyRow, Storage } from './storage/storage.ts';

/** The REST API over a real database in memory, as tests meet it, with a key of every sort. */
export interface RestApi {
  readonly app: Express;
  readonly routes: readonly Route[];
  readonly storage: Storage;
  readonly keys: RestApiKeys;
  close(): Promise<void>;
}

export type RestApiKeys = Readonly<
  Record<'admin' | 'editor' | 'killer' | 'reader' | 'bound' | 'elsewhere' | 'revoked' | 'server' | 'browser', string>
>;

export interface RestApiOptions {
  readonly nowMs: () => number;
  readonly log?: Logger;
  readonly rates?: RequestRates;
  readonly outboundAllow?: readonly string[];
  readonly secrets?: ReadonlyMap<string, OutboundSecret>;
  readonly traffic?: ReadonlyMap<string, TrafficConfig>;
}

/** Tests call fast: limits are tested where they are the subject. */
const NO_RATES: RequestRates = { perKey: 1_000_000, perAddress: 1_000_000 };
export const ENVIRONMENT = 'default/production';
export const BASE = '/api/v1/projects/default/environments/production';

export async function openRestApi(options: RestApiOptions): Promise<RestApi> {
  const {
    nowMs,
    rates = NO_RATES,
    log = pino({ level: 'silent' }),
    outboundAllow = [],
    secrets = new Map<string, OutboundSecret>(),
    traffic = new Map<string, TrafficConfig>(),
  } = options;
  const storage = openSqliteStorage({ file: ':memory:' });
  await storage.migrate();
  const deps = { storage, nowMs, randomId: randomUUID, randomBytes };
  const keys = await createKeysOfEverySort(deps);
  const platform = systemPlatform();
  const client = createHttpClient({ platform, allowedHosts: outboundAllow });
  const openSocket = socketOpener({ platform, allowedHosts: outboundAllow });
  const routes = [
    ...projectRoutes(deps),
    ...environmentRoutes(deps),
    ...flagRoutes(deps),
    ...scheduleRoutes(deps),
    ...usageRoutes(deps),
    ...segmentRoutes(deps),
    ...metricRoutes(deps),
    ...templateRoutes(deps),
    ...providerRoutes({ ...deps, client, secrets }),
    ...adapterRoutes({ storage, client, secrets, traffic, platform: systemPlatform(), onChange: () => {} }),
    ...channelRoutes({ client, openSocket, secrets, platform, storage }),
    ...noticeRoutes({ storage, onResend: () => undefined }),
    ...keyRoutes(deps),
    ...auditRoutes(deps),
  ].map(holdToItsSchema);
  const findKey = createKeyFinder({ storage, nowMs });
  const app = createHttpApp({ routes, storage, findKey, log, nowMs, randomId: randomUUID, rates });
  return { app, routes, storage, keys, close: () => storage.close() };
}

/** Sets an empty storage up, and makes a key of every sort. `bound` and `elsewhere` are for one environment each. */
export async function createKeysOfEverySort(deps: SetUpDeps): Promise<RestApiKeys> {
  const first = await setUpFirstEnvironment(deps);
  if (first === null) throw new Error('a new database is set up already');
  const { storage } = deps;
  const operator = (role: KeyRow['role'], environment: string | null = null) =>
    createKey(deps, { kind: 'operator', name: `the ${role}`, role, environment });
  const row = {
    description: '',
    createdAtMs: 0,
    version: 1,
    name: 'Elsewhere',
    critical: false,
    projectKey: 'default',
  };
  await storage.createEnvironment({ ...row, environment: 'default/elsewhere', environmentKey: 'elsewhere' });
  const revoked = await operator('admin');
  await storage.revokeKey(revoked.row.id, 1);
  return {
    admin: first.operatorToken,
    server: first.serverKey,
    browser: first.browserKey,
    editor: (await operator('editor')).key,
    killer: (await operator('killer')).key,
    reader: (await operator('reader')).key,
    bound: (await operator('admin', ENVIRONMENT)).key,
    elsewhere: (await operator('admin', 'default/elsewhere')).key,
    revoked: revoked.key,
  };
}

/** What a route answers is what its row says: a difference becomes an error that the test sees. */
function holdToItsSchema(route: Route): Route {
  return {
    ...route,
    async handle(request) {
      const reply = await route.handle(request);
      if (reply.status !== route.reply.status) throw new Error(`${route.path} answered ${reply.status}`);
      // As JSON, which leaves out what is undefined.
      if (reply.body !== undefined) route.reply.schema?.parse(JSON.parse(JSON.stringify(reply.body)));
      return reply;
    },
  };
}
