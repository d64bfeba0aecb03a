import type { KeyRow } from '../storage/storage.ts';
import { type ProblemError, problem } from './problem.ts';
import type { Access, Principal } from './route.ts';

type OperatorRole = Extract<Access, { kind: 'operator' }>['role'];

/** What each role may do. A killer reads and lowers exposure; it never raises it. */
const MAY: Readonly<Record<KeyRow['role'], readonly OperatorRole[]>> = {
  reader: ['reader'],
  killer: ['reader', 'killer'],
  editor: ['reader', 'killer', 'editor'],
  admin: ['reader', 'killer', 'editor', 'admin'],
  sdk: [],
};

export interface AuthorizeOptions {
  readonly access: Access;
  readonly key: KeyRow | undefined;
  /** As in the address; undefined where the route is not about one environment. */
  readonly environment: string | undefined;
}

/**
 * Default deny: whoever is not let in by a line here is refused. Throws `unauthenticated`, `forbidden`, or, for an
 * environment that the key is not for, the same `not-found` as for one that does not exist.
 */
export function authorize({ access, key, environment }: AuthorizeOptions): Principal {
  if (access.kind === 'public') return { key: null, actor: { kind: 'key', id: 'anonymous', name: 'anonymous' } };
  if (key === undefined) {
    throw problem('unauthenticated', {
      detail: 'Send `Authorization: Bearer KEY` with an operator key of this server that is not revoked.',
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
  if (key.kind !== 'operator') {
    throw problem('forbidden', { detail: `This address takes operator keys, not ${key.kind} keys.` });
  }
  if (environment === undefined && key.environment !== null) {
    throw problem('forbidden', {
      detail: `This key is for ${key.environment} only, and this address is not about it.`,
    });
  }
  if (environment !== undefined && key.environment !== null && key.environment !== environment) {
    throw noSuchEnvironment(environment);
  }
  if (!MAY[key.role].includes(access.role)) {
    throw problem('forbidden', { detail: `This takes the role ${access.role}; this key is a ${key.role}.` });
  }
  return { key, actor: { kind: 'key', id: key.id, name: key.name } };
}

/** One shape for what does not exist and for what is none of the key's business. */
export function noSuchEnvironment(environment: string): ProblemError {
  return problem('not-found', { detail: `There is no environment ${environment}.` });
}

/** For routes that both lower and raise exposure: who is let in as a killer may only lower it. */
export function requireMayRaiseExposure(principal: Principal): void {
  const role = principal.key?.role ?? 'reader';
  if (MAY[role].includes('editor')) return;
  throw problem('forbidden', { detail: `A ${role} may lower exposure, not raise it: this takes the role editor.` });
}
