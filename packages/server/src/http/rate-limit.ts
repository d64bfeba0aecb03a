import type { Request, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { KeyRow } from '../storage/storage.ts';
import { problem } from './problem.ts';

const WINDOW_MS = 60_000;
/** 500 a second for a whole minute: room for a script that applies thousands of flags, an end to one that runs away. */
const KEY_REQUESTS_PER_MINUTE = 30_000;
/** Requests without a valid key. A key has 256 random bits: this bounds noise, not guessing. */
const ADDRESS_REQUESTS_PER_MINUTE = 600;

export interface RequestRates {
  readonly perKey: number;
  readonly perAddress: number;
}

export const REQUEST_RATES: RequestRates = {
  perKey: KEY_REQUESTS_PER_MINUTE,
  perAddress: ADDRESS_REQUESTS_PER_MINUTE,
};

/** Counts the request against its key, or against its address when it has none; throws `rate-limited`. */
export type RateLimiter = (caller: { key: KeyRow | undefined; request: Request; response: Response }) => Promise<void>;

/** Limits by key first: operators behind one address must not shut each other out. */
export function createRateLimiter(rates: RequestRates): RateLimiter {
  const keyIds = new WeakMap<Request, string>();
  const limit = rateLimit({
    windowMs: WINDOW_MS,
    limit: (request) => (keyIds.has(request) ? rates.perKey : rates.perAddress),
    keyGenerator: (request) => keyIds.get(request) ?? ipKeyGenerator(request.ip ?? ''),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, _response, next) =>
      next(problem('rate-limited', { detail: 'Wait for as many seconds as Retry-After says.' })),
    // Forwarded addresses are not trusted, and a client that sends one is no reason to complain in the log.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
  });
  return async ({ key, request, response }) => {
    if (key !== undefined) keyIds.set(request, key.id);
    await new Promise<void>((resolve, reject) => {
      // Fulfilled by next(), rejected by next(problem); its own failures reject the promise that it returns.
      Promise.resolve(
        limit(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error))),
      ).catch(reject);
    });
  };
}
