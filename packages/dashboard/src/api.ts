import type { Problem } from '@tidegate/protocol/types';

/** Longer than any answer takes; shorter than the patience of whoever watches. */
const TIMEOUT_MS = 8_000;

/** The key is not valid (401), or may not read this (403): only another key helps. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** JSON from the server that this page came from, read with the session's key. */
export class Api {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  /** What the route's row in the OpenAPI document says that it answers. Throws with a sentence for the banner. */
  async get<Body>(path: string): Promise<Body> {
    const response = await this.#fetch(path);
    const body = await response.json().catch(() => undefined);
    if (response.ok && body !== undefined) return body as Body;
    const detail = (body as Partial<Problem> | undefined)?.detail ?? `status ${response.status}`;
    if (response.status === 401 || response.status === 403) throw new RefusedError(response.status, detail);
    throw new Error(`The server answered with an error: ${detail}`);
  }

  async #fetch(path: string): Promise<Response> {
    try {
      return await fetch(path, {
        headers: { authorization: `Bearer ${this.#token}` },
        cache: 'no-store',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      const late = error instanceof DOMException && error.name === 'TimeoutError';
      throw new Error(late ? 'The server does not answer in time.' : 'The server cannot be reached.');
    }
  }
}
