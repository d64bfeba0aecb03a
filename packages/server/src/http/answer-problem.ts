import { PROBLEMS } from '@tidegate/protocol';
import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';
import { StorageUnavailableError } from '../storage/storage-unavailable-error.ts';
import { ProblemError, problem, problemBody } from './problem.ts';

/** Long enough for a failover to get on, short enough for a person who waits. */
const RETRY_AFTER_S = '2';

/** Turns whatever was thrown into problem+json. Our own failures are logged with their cause, and told without it. */
export function answerProblem(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const refusal = problemOf(error);
    if (PROBLEMS[refusal.code].status >= 500) log.error({ err: error, requestId: request.id }, 'a request failed');
    // Half an answer cannot become a problem any more: express cuts the connection.
    if (response.headersSent) return next(error);
    const body = problemBody(refusal, String(request.id));
    response.status(body.status).set({ 'cache-control': 'no-store', ...refusal.details.headers });
    response.type('application/problem+json').send(JSON.stringify(body));
  };
}

function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof StorageUnavailableError) {
    return problem('unavailable', {
      detail: 'The database did not answer in time: nothing was changed; try again.',
      headers: { 'retry-after': RETRY_AFTER_S },
    });
  }
  // The router's complaint about an address such as /%E0%A4%A.
  if (error instanceof URIError) return problem('not-found', { detail: 'The address is not valid percent-encoding.' });
  return problem('internal', { detail: 'It is logged under the id in `instance`; try again.' });
}
