import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { Storage } from '../storage/storage.ts';
import { answerProblem } from './answer-problem.ts';
import type { KeyFinder } from './key-finder.ts';
import { openApiRoute } from './open-api.ts';
import { problem } from './problem.ts';
import { createRateLimiter, REQUEST_RATES, type RequestRates } from './rate-limit.ts';
import { logRequests } from './request-log.ts';
import type { Route, VerifySignature } from './route.ts';
import { serveRoute } from './serve-route.ts';

export interface HttpAppOptions {
  readonly routes: readonly Route[];
  readonly storage: Storage;
  readonly findKey: KeyFinder;
  readonly log: Logger;
  readonly nowMs: () => number;
  readonly randomId: () => string;
  /** The pages served beside the API: asked for whatever no route answers. */
  readonly pages?: RequestHandler;
  readonly rates?: RequestRates;
  readonly verifySignature?: VerifySignature;
}

/** The REST API as one listener: exactly the routes of the table, their OpenAPI document, and problems for the rest. */
export function createHttpApp(options: HttpAppOptions): Express {
  const { routes, log, pages } = options;
  const app = express();
  app.disable('x-powered-by');
  // ETags are revisions, set where they are known; a proxy's word for an address is trusted only once configured.
  app.disable('etag');
  app.set('trust proxy', false);
  app.use(logRequests(log, options.randomId));
  app.use(helmet(SECURITY_HEADERS));

  const limitRate = createRateLimiter(options.rates ?? REQUEST_RATES);
  const table = [...routes, openApiRoute(routes)];
  for (const route of table) app[route.method](expressPath(route), serveRoute(route, { ...options, limitRate }));
  for (const path of new Set(table.map(expressPath))) app.all(path, refuseMethod(table, path));

  if (pages !== undefined) app.use(pages);
  app.use((request) => {
    throw problem('not-found', { detail: `There is nothing at ${request.path}.` });
  });
  app.use(answerProblem(log));
  return app;
}

const SECURITY_HEADERS: Parameters<typeof helmet>[0] = {
  contentSecurityPolicy: {
    directives: {
      // The server speaks plain HTTP; where TLS ends, the proxy says so.
      'upgrade-insecure-requests': null,
      'style-src': ["'self'"],
      'frame-ancestors': ["'none'"],
    },
  },
  strictTransportSecurity: false,
};

/** `/flags/{flag}` of OpenAPI is `/flags/:flag` of express. */
function expressPath(route: Route): string {
  return route.path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function refuseMethod(table: readonly Route[], path: string): RequestHandler {
  const allowed = table.filter((route) => expressPath(route) === path).map((route) => route.method.toUpperCase());
  const allow = [...new Set(allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed)].join(', ');
  return (request) => {
    throw problem('method-not-allowed', { detail: `${request.method} is not ${allow}.`, headers: { allow } });
  };
}
