import type { PageOf, Problem } from '@tidegate/protocol/types';

/** Longer than any answer takes, a simulation's included; shorter than the patience of whoever watches. */
const TIMEOUT_MS = 30_000;
/** Items asked for at once: the most that the server gives. */
const PAGE_LIMIT = 200;
/** Pages of one list: ten thousand flags. Nobody scrolls further; search narrows what came. */
const PAGES_MAX = 50;

/** What the server refused, in its own words. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;
  readonly code: string;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? `The server answered with status ${status}.`);
    this.status = status;
    this.code = problem.code ?? `status-${status}`;
    this.errors = problem.errors ?? [];
  }

  /** Somebody else was faster: what is on the screen is not what the server has. */
  get isConflict(): boolean {
    return this.status === 412;
  }
}

export interface Sent {
  readonly body?: unknown;
  /** The revision or version that was read, for If-Match. */
  readonly ifMatch?: number;
}

/** JSON from the server that this page came from, with the session's key. Bodies are as the OpenAPI document says. */
export class Api {
  readonly #token: string;
  readonly #onUnauthenticated: (detail: string) => void;

  constructor(token: string, onUnauthenticated: (detail: string) => void) {
    this.#token = token;
    this.#onUnauthenticated = onUnauthenticated;
  }

  get<Body>(path: string): Promise<Body> {
    return this.send<Body>('GET', path);
  }

  /** Every item of a paged list, up to `PAGES_MAX` pages. */
  async list<Item>(path: string): Promise<readonly Item[]> {
    const items: Item[] = [];
    const joined = `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE_LIMIT}`;
    let after: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const next: string = after === null ? joined : `${joined}&after=${encodeURIComponent(after)}`;
      const answer: PageOf<Item> = await this.get<PageOf<Item>>(next);
      items.push(...answer.items);
      after = answer.next;
      if (after === null) break;
    }
    return items;
  }

  async send<Body>(method: string, path: string, { body, ifMatch }: Sent = {}): Promise<Body> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const response = await this.#fetch(path, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': type }),
        ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = response.status === 204 ? null : await response.json().catch(() => undefined);
    // What the route's row in the OpenAPI document says that it answers.
    if (response.ok && answer !== undefined) return answer as Body;
    const refused = new RefusedError(response.status, (answer as Partial<Problem> | undefined) ?? {});
    if (response.status === 401) this.#onUnauthenticated(refused.message);
    throw refused;
  }

  async #fetch(path: string, request: RequestInit): Promise<Response> {
    try {
      return await fetch(path.replace(/^\//, ''), {
        ...request,
        cache: 'no-store',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      const late = error instanceof DOMException && error.name === 'TimeoutError';
      throw new Error(late ? 'The server does not answer in time.' : 'The server cannot be reached.');
    }
  }
}
