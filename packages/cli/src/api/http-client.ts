import type { Problem, ProblemCode } from '@tidegate/protocol';
import { ConnectionError, ProblemError, TimedOutError } from '../errors.ts';

/** The server answers in milliseconds; after this long an operator wants to know rather than to wait. */
const REQUEST_TIMEOUT_MS = 10_000;
/** A page of 200 documents of 1 MB would be more; nothing that a person reads is. */
const RESPONSE_CHARACTERS_MAX = 50_000_000;

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's address: `/api/v1/keys`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** The ETag that was read, for `If-Match`. */
  readonly ifMatch?: string;
  /** For what takes the server longer than an answer usually does. */
  readonly timeoutMs?: number;
}

export interface HttpReply<Body> {
  readonly body: Body;
  readonly etag: string | undefined;
}

export interface HttpClientOptions {
  readonly url: string;
  readonly token: string;
  readonly fetch: typeof fetch;
  timeoutSignal(durationMs: number): AbortSignal;
}

/** JSON over fetch to one server. Refusals come out as `ProblemError`. */
export class HttpClient {
  readonly #options: HttpClientOptions;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  /**
   * `Body` is what the route's row in the OpenAPI document says that it answers; a newer server may add members, so
   * the answer is not held to more than being JSON.
   */
  async send<Body>(request: HttpRequest): Promise<HttpReply<Body>> {
    const response = await this.#fetch(request);
    const text = await this.#read(response, request);
    const body = parseJson(text);
    if (!response.ok) throw this.#refusal(response, body);
    if (body === undefined && text !== '') {
      throw new ConnectionError(`${this.#options.url} answered something else than JSON: is that a Tidegate server?`);
    }
    return { body: body as Body, etag: response.headers.get('etag') ?? undefined };
  }

  async #fetch(request: HttpRequest): Promise<Response> {
    const { url, token, fetch, timeoutSignal } = this.#options;
    const headers = new Headers({ accept: 'application/json', authorization: `Bearer ${token}` });
    if (request.body !== undefined) headers.set('content-type', 'application/json');
    if (request.ifMatch !== undefined) headers.set('if-match', request.ifMatch);
    try {
      return await fetch(addressOf(url, request), {
        method: request.method,
        headers,
        redirect: 'error',
        signal: timeoutSignal(request.timeoutMs ?? REQUEST_TIMEOUT_MS),
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
    } catch (error) {
      throw this.#failure(error, request);
    }
  }

  async #read(response: Response, request: HttpRequest): Promise<string> {
    let text: string;
    try {
      text = await response.text();
    } catch (error) {
      throw this.#failure(error, request);
    }
    if (text.length > RESPONSE_CHARACTERS_MAX) throw new ConnectionError('The answer is too large to be read here.');
    return text;
  }

  #failure(error: unknown, request: HttpRequest): Error {
    const { url } = this.#options;
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      const unknown =
        request.method === 'GET' ? '' : ' Whether the change was made is not known: look before repeating.';
      return new TimedOutError(
        `${url} did not answer within ${(request.timeoutMs ?? REQUEST_TIMEOUT_MS) / 1_000} s.${unknown}`,
      );
    }
    return new ConnectionError(`Cannot reach ${url}: ${reasonOf(error)}.`);
  }

  #refusal(response: Response, body: unknown): Error {
    if (isProblem(body)) return new ProblemError(body);
    return new ConnectionError(
      `${this.#options.url} answered ${response.status} and no problem document: is that a Tidegate server?`,
    );
  }
}

function addressOf(url: string, { path, query = {} }: HttpRequest): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value);
  const base = url.replace(/\/+$/, '') + path;
  return search.size === 0 ? base : `${base}?${search}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  const { code, title, detail } = body as Partial<Record<keyof Problem, unknown>>;
  return typeof code === 'string' && typeof title === 'string' && typeof detail === 'string';
}

/** What went wrong below fetch, in words: undici hides it in a chain of causes. */
function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'nothing listens there (is the server running?)';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host';
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return 'the connection was lost';
  return code ?? (error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string | undefined {
  // `code` is what Node's system errors carry; anything else leaves it undefined.
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
  }
  return undefined;
}

/** Whether the server refused with this code. */
export function isRefusal(error: unknown, code: ProblemCode): boolean {
  return error instanceof ProblemError && error.problem.code === code;
}

/** Whether asking again later may help: the connection failed, or the server says that it is its own trouble. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionError || error instanceof TimedOutError) return true;
  return error instanceof ProblemError && (error.problem.status >= 500 || error.problem.code === 'rate-limited');
}
