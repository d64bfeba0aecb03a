import * as z from 'zod';
import { mergePatchOf } from './document.ts';
import { descriptionSchema, instantMsSchema, keySchema, nameSchema } from './key.ts';

/** An environment: its own flags, segments, metrics, rollouts, change log and evidence. */
export interface EnvironmentView {
  readonly key: string;
  readonly project: string;
  /** `project/environment`: what keys are bound to, and what SDKs are told. */
  readonly environment: string;
  readonly name: string;
  readonly description: string;
  readonly createdAtMs: number;
  readonly version: number;
}

/** `project/environment`. */
export const environmentIdSchema = z
  .string()
  .refine((id) => id.split('/').length === 2 && id.split('/').every((part) => keySchema.safeParse(part).success), {
    message: 'an environment is named project/environment',
  });

export const newEnvironmentSchema = z
  .strictObject({
    key: keySchema,
    name: nameSchema.exactOptional().describe('The key when absent.'),
    description: descriptionSchema.default(''),
  })
  .meta({ id: 'NewEnvironment' });

export const environmentSettingsSchema = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(''),
});

export const environmentPatchSchema = mergePatchOf(environmentSettingsSchema).meta({ id: 'EnvironmentPatch' });

export const environmentViewSchema = z
  .strictObject({
    key: keySchema,
    project: keySchema,
    environment: environmentIdSchema,
    ...environmentSettingsSchema.shape,
    createdAtMs: instantMsSchema,
    version: z.int().min(1).describe('Grows by one with each update; the ETag.'),
  })
  .meta({ id: 'Environment' }) satisfies z.ZodType<EnvironmentView>;
