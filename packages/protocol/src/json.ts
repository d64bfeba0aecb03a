import type { JsonValue } from '@tidegate/evaluation';
import * as z from 'zod';

/**
 * Levels of arrays and objects in one body. A condition of the greatest depth inside a flag takes about 25; whatever
 * walks a body may therefore recurse.
 */
export const JSON_DEPTH_MAX = 40;

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
