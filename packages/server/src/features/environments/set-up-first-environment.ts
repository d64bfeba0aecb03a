import type { Storage } from '../../storage/storage.ts';
import { createKey } from '../access/index.ts';
import { createEnvironment } from './create-environment.ts';

/** Shown once, at the first start. */
export interface FirstKeys {
  /** An operator key with the role admin. */
  readonly operatorToken: string;
  readonly serverKey: string;
  readonly browserKey: string;
}

const PROJECT = 'default';
const ENVIRONMENT = 'production';

export interface SetUpDeps {
  readonly storage: Storage;
  readonly nowMs: () => number;
  readonly randomId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
}

/**
 * Makes an empty database usable: a project, an environment, and a key of each kind. Null when that was done before.
 * The operator key comes last and says that it was: a crash in between is made good at the next start.
 */
export async function setUpFirstEnvironment(deps: SetUpDeps): Promise<FirstKeys | null> {
  const { storage } = deps;
  if (await hasOperatorKey(storage)) return null;
  const createdAtMs = deps.nowMs();
  const environment = `${PROJECT}/${ENVIRONMENT}`;
  const described = { description: '', createdAtMs, version: 1 };
  await storage.createProject({ projectKey: PROJECT, name: 'Default', ...described });
  await createEnvironment(storage, {
    environment,
    projectKey: PROJECT,
    environmentKey: ENVIRONMENT,
    name: 'Production',
    critical: true,
    ...described,
  });
  const server = await createKey(deps, { kind: 'server', name: 'first server key', role: 'sdk', environment });
  const browser = await createKey(deps, { kind: 'browser', name: 'first browser key', role: 'sdk', environment });
  const operator = await createKey(deps, {
    kind: 'operator',
    name: 'first operator',
    role: 'admin',
    environment: null,
  });
  return { operatorToken: operator.key, serverKey: server.key, browserKey: browser.key };
}

/** Keys per read. */
const PAGE_LIMIT = 200;

async function hasOperatorKey(storage: Storage): Promise<boolean> {
  for (let after: string | undefined; ; ) {
    const keys = await storage.listKeys({ limit: PAGE_LIMIT, ...(after === undefined ? {} : { after }) });
    if (keys.some((key) => key.kind === 'operator')) return true;
    after = keys.at(-1)?.id;
    if (keys.length < PAGE_LIMIT) return false;
  }
}
