import type { Branches, Client, Context, JsonValue, Measurement, Widened } from '@tidegate/sdk-core';
import type { NextFunction, Request, Response } from 'express';

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

/**
 * Middleware that adds `req.tidegate`. `context` is called once per request, when the request comes by: put the
 * middleware after the one that knows the user.
 */
export function tidegate(client: Client, options: { readonly context: (request: Request) => Context }) {
  return (request: Request, response: Response, next: NextFunction): void => {
    request.tidegate = requestFlags(client, options.context(request), response);
    next();
  };
}

function requestFlags(client: Client, context: Context, response: Response): RequestFlags {
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
