import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/** A request's id may come from the proxy in front; anything else than a short plain token is replaced. */
const REQUEST_ID_PATTERN = /^[\w.-]{1,64}$/;

/**
 * One line per request: id, method, path, status, time. Never headers, queries or bodies: they carry keys and
 * contexts, and a log outlives both.
 */
export function logRequests(log: Logger, randomId: () => string): RequestHandler {
  return pinoHttp<IncomingMessage, ServerResponse>({
    logger: log,
    genReqId(request, response) {
      const given = request.headers['x-request-id'];
      const id = typeof given === 'string' && REQUEST_ID_PATTERN.test(given) ? given : randomId();
      response.setHeader('x-request-id', id);
      return id;
    },
    serializers: {
      req: ({ id, method, url }: { id: unknown; method: string; url: string }) => ({ id, method, path: pathOf(url) }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
    // Refusals are ordinary; only our own failures are errors, and those are logged with their cause.
    customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'debug'),
  });
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
