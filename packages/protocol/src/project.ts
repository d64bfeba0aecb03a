import * as z from 'zod';
import { mergePatchOf } from './document.ts';
import { descriptionSchema, instantMsSchema, keySchema, nameSchema } from './key.ts';

/** A project: the environments in which one team's flags live. */
export interface ProjectView {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly createdAtMs: number;
  /** Grows by one with each update; the ETag. */
  readonly version: number;
}

export const newProjectSchema = z
  .strictObject({
    key: keySchema,
    name: nameSchema.exactOptional().describe('The key when absent.'),
    description: descriptionSchema.default(''),
  })
  .meta({ id: 'NewProject' });

export const projectSettingsSchema = z.strictObject({ name: nameSchema, description: descriptionSchema.default('') });

export const projectPatchSchema = mergePatchOf(projectSettingsSchema).meta({ id: 'ProjectPatch' });

export const projectViewSchema = z
  .strictObject({
    key: keySchema,
    ...projectSettingsSchema.shape,
    createdAtMs: instantMsSchema,
    version: z.int().min(1).describe('Grows by one with each update; the ETag.'),
  })
  .meta({ id: 'Project' }) satisfies z.ZodType<ProjectView>;
