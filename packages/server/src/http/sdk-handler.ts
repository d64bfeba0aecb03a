import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { ProblemCode } from '@tidegate/protocol';
import type { KeyRow } from '../storage/storage.ts';
import type { KeyFinder } from './key-finder.ts';
import { problemBody, problem as problemOf } from './problem.ts';
import type { BodyOutcome } from './read-body.ts';

/**
 * The few addresses that SDKs call, in front of express: a batch of events costs half the CPU here (measured in
 * docs/adr/0006). Everything else goes to the next listener. The same rule holds as in the route table: an address
 * says which keys it takes, and takes no other.
 */
export interface SdkRoute {
  readonly method: 'GET' | 'POST';
  /** One that ends in `/{key}` stands for every address with something in that place. */
  readonly path: string;
  readonly keys: readonly ('server' | 'browser')[];
  /** Whose key a request carries, for addresses that take it elsewhere than in `Authorization`. */
  findKey?(request: IncomingMessage): Promise<KeyRow | undefined>;
  handle(request: SdkRequest): Promise<SdkReply>;
}

export interface SdkRequest {
  readonly raw: IncomingMessage;
  readonly environment: string;
  readonly keyKind: 'server' | 'browser';
  readonly key: KeyRow;
  /** What stands in the place of `{key}`, as it was sent; empty where the path has none. */
  readonly pathKey: string;
}

export type SdkReply =
  | {
      readonly kind: 'problem';
      readonly code: ProblemCode;
      readonly detail: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'bytes';
      readonly status: number;
      readonly bytes: Uint8Array | null;
      readonly headers: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'stream';
      readonly headers: Readonly<Record<string, string>>;
      /** Takes the response over: it ends when whoever has it says so, or the client is gone. */
      open(response: ServerResponse): void;
    };

export interface SdkHandlerOptions {
  readonly routes: readonly SdkRoute[];
  readonly findKey: KeyFinder;
  readonly randomId: () => string;
  readonly onError: (error: unknown) => void;
  readonly next: RequestListener;
}

/** Any page may use a browser key, which is public; no cookie is ever looked at, so no origin gains anything. */
const CORS_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, x-api-key, content-type, content-encoding, if-none-match',
  'access-control-allow-methods': 'GET, HEAD, POST, OPTIONS',
  'access-control-expose-headers': 'etag, retry-after',
  'access-control-max-age': '600',
};

/** SDKs wait longer by themselves when it does not help. */
const RETRY_AFTER_S = '1';

export function createSdkHandler(options: SdkHandlerOptions): RequestListener {
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    const here = options.routes.flatMap((route) => matchOf(route, path) ?? []);
    if (here.length === 0) return options.next(request, response);
    answer(options, here, request)
      .catch((error: unknown): SdkReply => {
        options.onError(error);
        return {
          kind: 'problem',
          code: 'unavailable',
          detail: 'The server could not finish; try again.',
          headers: { 'retry-after': RETRY_AFTER_S },
        };
      })
      .then((reply) => send(response, reply, options.randomId))
      .catch(options.onError);
  };
}

async function answer(options: SdkHandlerOptions, here: readonly Match[], request: IncomingMessage): Promise<SdkReply> {
  if (request.method === 'OPTIONS') return { kind: 'bytes', status: 204, bytes: null, headers: {} };
  // What is said to HEAD is what would be said to GET; Node leaves the body away.
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const match = here.find(({ route }) => route.method === method);
  if (match === undefined) return methodNotAllowed(here);
  const { route, pathKey } = match;
  const key = await (route.findKey?.(request) ??
    options.findKey(request.headers.authorization ?? keyInAddress(request.url)));
  if (key === undefined) {
    const detail = 'Send `Authorization: Bearer` with a key of this server.';
    return { kind: 'problem', code: 'unauthenticated', detail, headers: { 'www-authenticate': 'Bearer' } };
  }
  if (key.kind === 'operator' || key.environment === null || !route.keys.includes(key.kind)) {
    return problem('forbidden', `This address takes ${route.keys.join(' and ')} keys, not ${key.kind} keys.`);
  }
  return route.handle({ raw: request, environment: key.environment, keyKind: key.kind, key, pathKey });
}

/** A beacon has no headers. Browser keys are public, and no other kind is taken from where proxies write it down. */
function keyInAddress(url = ''): string | undefined {
  const key = /[?&]key=(tg_web_[\w-]+)/.exec(url)?.[1];
  return key && `Bearer ${key}`;
}

interface Match {
  readonly route: SdkRoute;
  readonly pathKey: string;
}

const KEY_PLACE = '{key}';

function matchOf(route: SdkRoute, path: string): Match | undefined {
  if (route.path === path) return { route, pathKey: '' };
  if (!route.path.endsWith(KEY_PLACE)) return undefined;
  const before = route.path.slice(0, -KEY_PLACE.length);
  const pathKey = path.slice(before.length);
  return path.startsWith(before) && pathKey !== '' && !pathKey.includes('/') ? { route, pathKey } : undefined;
}

function methodNotAllowed(here: readonly Match[]): SdkReply {
  const methods = here.flatMap(({ route }) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]));
  const allow = [...methods, 'OPTIONS'].join(', ');
  return { kind: 'problem', code: 'method-not-allowed', detail: `Use ${allow} here.`, headers: { allow } };
}

function problem(code: ProblemCode, detail: string): SdkReply {
  return { kind: 'problem', code, detail };
}

function send(response: ServerResponse, reply: SdkReply, randomId: () => string): void {
  if (reply.kind === 'bytes') {
    response.writeHead(reply.status, { ...CORS_HEADERS, ...reply.headers });
    response.end(reply.bytes ?? undefined);
    return;
  }
  if (reply.kind === 'stream') {
    response.writeHead(200, { ...CORS_HEADERS, ...reply.headers });
    if (response.req.method === 'HEAD') response.end();
    else reply.open(response);
    return;
  }
  const body = problemBody(problemOf(reply.code, { detail: reply.detail }), randomId());
  response.writeHead(body.status, {
    ...CORS_HEADERS,
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...reply.headers,
    // What is left of a refused body is not worth reading.
    ...(reply.code === 'body-too-large' ? { connection: 'close' } : {}),
  });
  response.end(JSON.stringify(body));
}

/** The refusal of a body that could not be read. */
export function bodyProblem(outcome: Exclude<BodyOutcome, { kind: 'read' }>): SdkReply {
  switch (outcome.kind) {
    case 'too-large':
      return problem('body-too-large', `The body may have ${outcome.maxBytes} bytes, uncompressed; split it.`);
    case 'unsupported-encoding':
      return problem('unsupported-encoding', `Send the body plain or as gzip, not as ${outcome.encoding}.`);
    case 'malformed':
      return problem('malformed-json', 'The body is not what its Content-Encoding says.');
    default:
      throw outcome satisfies never;
  }
}
