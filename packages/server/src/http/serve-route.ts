import type { Request, RequestHandler, Response } from 'express';
import type * as z from 'zod';
import type { Storage } from '../storage/storage.ts';
import { authorize, noSuchEnvironment } from './authorize.ts';
import { etagOf, expectedVersionOf, isKnown } from './etag.ts';
import { explainIssues } from './explain-issues.ts';
import type { KeyFinder } from './key-finder.ts';
import { problem } from './problem.ts';
import type { RateLimiter } from './rate-limit.ts';
import { parseBody, readJson, readJsonText } from './read-json.ts';
import type { Principal, Route, RouteReply, VerifySignature } from './route.ts';

export interface RouteServerOptions {
  readonly storage: Storage;
  readonly findKey: KeyFinder;
  readonly limitRate: RateLimiter;
  readonly nowMs: () => number;
  /** Without it nobody may sign. */
  readonly verifySignature?: VerifySignature;
}

/**
 * One row of the table at work: who calls, how often, may they, does the environment exist, is the request of the
 * documented shape; then the handler. Each step refuses by throwing a problem, and nothing is read before it is allowed.
 */
export function serveRoute(route: Route, options: RouteServerOptions): RequestHandler {
  return async (request, response) => {
    // PostgreSQL takes no U+0000, not even to look for it.
    if (request.originalUrl.includes('%00')) throw problem('not-found', { detail: 'No address has U+0000 in it.' });
    const isPublic = route.access.kind === 'public';
    // Whatever a probe sends along, whether this process is alive is not for the database to say.
    const key = isPublic ? undefined : await options.findKey(authorizationOf(route, request));
    // Probes are never refused: behind a proxy they share their address with everybody.
    if (!isPublic) await options.limitRate({ key, request, response });
    const environment = environmentOf(request);
    const signed = key === undefined && environment !== undefined && isSigned(route, request);
    const text = signed ? await readJsonText(request, route.bodyBytesMax) : undefined;
    const principal = signed
      ? verify(options, { environment, headers: request.headers, body: text ?? '' })
      : authorize({ access: route.access, key, environment });
    if (environment !== undefined && (await options.storage.findEnvironment(environment)) === undefined) {
      throw noSuchEnvironment(environment);
    }
    const ifMatch = request.headers['if-match'];
    const isMatched = route.ifMatch === 'required' || (route.ifMatch === 'heeded' && ifMatch !== undefined);
    const expectedVersion = isMatched ? expectedVersionOf(ifMatch) : 0;
    const reply = await route.handle({
      params: paramsOf(route, request),
      query: route.query && shapeOf(route.query, { ...request.query }, 'query'),
      body:
        route.body &&
        shapeOf(route.body, signed ? parseBody(text) : await readJson(request, route.bodyBytesMax), 'body'),
      expectedVersion,
      principal,
      ifNoneMatch: request.headers['if-none-match'],
      nowMs: options.nowMs(),
    });
    send(request, response, reply);
  };
}

/** A key that came as a password is read as a key where the route takes it so; browsers would send one unasked. */
function authorizationOf({ access }: Route, { headers: { authorization } }: Request): string | undefined {
  if (access.kind !== 'operator' || access.orBasic !== true) return authorization;
  const basic = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1];
  const password =
    basic &&
    Buffer.from(basic, 'base64')
      .toString('utf8')
      .replace(/^[^:]*:/, '');
  return password === undefined ? authorization : `Bearer ${password}`;
}

/** A key goes before: whoever has one needs no signature. */
function isSigned({ access }: Route, { headers }: Request): boolean {
  const isOffered = access.kind === 'operator' && access.orSigned === true;
  return isOffered && headers.authorization === undefined && headers['webhook-signature'] !== undefined;
}

function verify({ verifySignature }: RouteServerOptions, request: Parameters<VerifySignature>[0]): Principal {
  if (verifySignature !== undefined) return verifySignature(request);
  throw problem('invalid-signature', { detail: 'No secret signs signals for this environment.' });
}

function environmentOf(request: Request): string | undefined {
  const { project, environment } = request.params;
  return environment === undefined ? undefined : `${String(project)}/${String(environment)}`;
}

/** What cannot be the key of anything names nothing: that is not-found, not a bad request. */
function paramsOf(route: Route, request: Request): unknown {
  if (route.params === undefined) return undefined;
  const parsed = route.params.safeParse({ ...request.params });
  if (parsed.success) return parsed.data;
  throw problem('not-found', { detail: `There is nothing at ${request.path}.` });
}

function shapeOf(schema: z.ZodType, value: unknown, part: 'query' | 'body'): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = explainIssues(parsed.error);
  const first = errors[0];
  throw problem('invalid-request', {
    detail: `The ${part} does not have the documented shape: ${first?.pointer || 'it'}: ${first?.detail}.`,
    errors,
  });
}

function send(request: Request, response: Response, reply: RouteReply): void {
  // What a key may see is between it and us, and must be asked for again.
  response.set({ 'cache-control': 'private, no-cache', ...reply.headers });
  if (reply.version !== undefined) {
    const etag = etagOf(reply.version);
    response.set('etag', etag);
    if (request.method === 'GET' && isKnown(request.headers['if-none-match'], etag)) {
      response.status(304).end();
      return;
    }
  }
  response.status(reply.status);
  if (reply.body === undefined) response.end();
  else if (typeof reply.body === 'string') response.send(reply.body);
  else response.json(reply.body);
}
