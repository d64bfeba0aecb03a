import { keySchema } from '@tidegate/protocol';
import * as z from 'zod';

/** The address of everything in one environment. A key that is bound to an environment reaches nothing outside of it. */
export const environmentPath = '/api/v1/projects/{project}/environments/{environment}';

/** Handlers are given the environment's identity, `project/environment`. */
export const environmentParams = z
  .strictObject({ project: keySchema, environment: keySchema })
  .transform(({ project, environment }) => `${project}/${environment}`);
