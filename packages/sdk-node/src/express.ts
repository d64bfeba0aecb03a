import type { Branches, Client, Context, JsonValue, Measurement, Widened } from '@tidegate/sdk-core';
import type { NextFunction, Request, Response } from 'express';
import type { NodeClient } from './node-client.ts';
import { systemEpochMs } from './node-platform.ts';
import { createOverrideReader, type OverrideOptions } from './overrides/override-reader.ts';
import type { Overrides } from './overrides/override-token.ts';

export type { OverrideOptions } from './overrides/override-reader.ts';
export { type Overrides, type OverrideToken, signOverrides } from './overrides/override-token.ts';

/**
 * Flags per request: `req.tidegate` evaluates for the request's context, and while a rollout measures the unit, the
 * request itself is the outcome. What a flag was asked with decides what is measured, so that nothing counts twice:
 *
 *     req.tidegate.variation(flag)   from the first evaluation in the request to the end of the response;
 *                                    an error when the response's status is 500 or above
 *     req.tidegate.run(flag, …)      the branch that runs, as `client.run` reports it
 *
 * A visitor who leaves early makes a duration (that was the wait until then) and no error.
 */
export interface RequestFlags {
  readonly context: Context;
  /** The variations that the request's token decided; empty without one. For logs. */
  readonly overrides: Overrides;
  variation<T extends JsonValue>(flagKey: string, defaultValue: T): Widened<T>;
  run<T>(flagKey: string, branches: Branches<T>): T;
  track(event: string, outcome?: { readonly value?: number }): void;
}

declare global {
  namespace Express {
    interface Request {
      tidegate: RequestFlags;
    }
  }
}

export interface TidegateOptions {
  /** Called once per request, when the request comes by: put the middleware after the one that knows the user. */
  readonly context: (request: Request) => Context;
  /** Lets who has a token of `signOverrides` choose variations; nobody can while this is absent. */
  readonly overrides?: OverrideOptions | undefined;
}

/**
 * Middleware that adds `req.tidegate`. A response to a request with a good token is marked `private, no-store`, so that
 * no cache gives it to others; a token that is not good is as good as none.
 *
 * @throws RangeError for a secret that is too short.
 */
export function tidegate(client: NodeClient, { context, overrides }: TidegateOptions) {
  const read = overrides && createOverrideReader(overrides, systemEpochMs);
  return (request: Request, response: Response, next: NextFunction): void => {
    const decided = read?.(request.headers);
    if (decided) response.setHeader('cache-control', 'private, no-store');
    const serving = decided ? client.withOverrides(decided) : client;
    request.tidegate = { ...requestFlags(serving, context(request), response), overrides: decided ?? {} };
    next();
  };
}

function requestFlags(client: Client, context: Context, response: Response): Omit<RequestFlags, 'overrides'> {
  const measurements = new Map<string, Measurement<unknown>>();
  const endAll = (): void => {
    for (const { end } of measurements.values()) end({ failed: response.statusCode >= 500 });
  };
  const measureOnce = <T extends JsonValue>(flagKey: string, defaultValue: T): Widened<T> => {
    if (measurements.has(flagKey)) return client.variation(flagKey, context, defaultValue);
    const measurement = client.measure(flagKey, context, defaultValue);
    // A response ends with `close`, whether it was finished or its connection was lost.
    if (measurements.size === 0) response.once('close', endAll);
    measurements.set(flagKey, measurement);
    return measurement.value;
  };
  return {
    context,
    variation: measureOnce,
    run: (flagKey, branches) => client.run(flagKey, context, branches),
    track: (event, outcome) => client.track(event, context, outcome),
  };
}
