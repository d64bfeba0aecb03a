import type { JsonValue } from '@tidegate/evaluation';
import * as z from 'zod';

/**
 * Levels of arrays and objects in one body. A condition of the greatest depth inside a flag takes about 25; whatever
 * walks a body may therefore recurse.
 */
export const JSON_DEPTH_MAX = 40;

/**
 * Objects in one body: five hundred rules of twenty each. A schema that finds every one of them wrong, in every form
 * that it could have, still answers within a second; without the limit, 1 MB of `{}` took half a minute.
 */
export const JSON_OBJECTS_MAX = 10_000;

/** Any JSON value; not NaN and not infinite, which JSON cannot say. */
export const jsonValueSchema: z.ZodType<JsonValue> = z
  .lazy(() =>
    z.union([
      z.null(),
      z.boolean(),
      z.number(),
      z.string(),
      z.array(jsonValueSchema),
      z.record(z.string(), jsonValueSchema),
    ]),
  )
  .meta({ id: 'JsonValue', description: 'Any JSON value.' });
