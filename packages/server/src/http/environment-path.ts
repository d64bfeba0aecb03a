import { keySchema } from '@tidegate/protocol';
import * as z from 'zod';

/** The address of everything in one environment. A key that is bound to an environment reaches nothing outside of it. */
export const environmentPath = '/api/v1/projects/{project}/environments/{environment}';

/** Handlers are given the environment's identity, `project/environment`. */
export const environmentParams = z
  .strictObject({ project: keySchema, environment: keySchema })
  .transform(({ project, environment }) => `${project}/${environment}`);

/** The address of what has a name of its own in an environment: handlers are given that name beside the identity. */
export function paramsWithin<Name extends string, Value>(name: Name, schema: z.ZodType<Value>) {
  return z
    .strictObject({ project: keySchema, environment: keySchema, [name]: schema })
    .transform(({ project, environment, [name]: value }) => {
      // What the schema of its own made of it.
      return { environment: `${project}/${environment}`, [name]: value } as Within<Name, Value>;
    });
}

type Within<Name extends string, Value> = { readonly environment: string } & Readonly<Record<Name, Value>>;

/** As ids of rollouts are told: whatever else comes is none. */
export const rolloutIdSchema = z.string().min(1).max(64);
