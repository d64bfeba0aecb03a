import type { Actor } from '@tidegate/analysis';
import * as z from 'zod';
import { actorSchema } from './change.ts';
import { mergePatchOf } from './document.ts';
import { descriptionSchema, instantMsSchema, keySchema, nameSchema, reasonSchema } from './key.ts';

/** An environment: its own flags, segments, metrics, rollouts, change log and evidence. */
export interface EnvironmentView extends EnvironmentSettings {
  readonly key: string;
  readonly project: string;
  /** `project/environment`: what keys are bound to, and what SDKs are told. */
  readonly environment: string;
  readonly createdAtMs: number;
  readonly version: number;
}

export interface EnvironmentSettings {
  readonly name: string;
  readonly description: string;
  /** Whether real users are in it: then people are asked once more before a change, and it has a colour of its own. */
  readonly critical: boolean;
}

/** One update of an environment, side by side. What an environment was before its first update is in that one. */
export interface EnvironmentChange {
  /** What it was updated to; the ETag of the environment from then on. */
  readonly version: number;
  readonly before: EnvironmentSettings;
  readonly after: EnvironmentSettings;
  readonly actor: Actor;
  readonly reason: string;
  readonly atMs: number;
}

/** Environments of this key are critical unless somebody says otherwise. */
const CRITICAL_KEY = 'production';

/** What an environment is whose maker did not say. */
export function isCriticalByDefault(key: string): boolean {
  return key === CRITICAL_KEY;
}

/** `project/environment`. */
export const environmentIdSchema = z
  .string()
  .refine((id) => id.split('/').length === 2 && id.split('/').every((part) => keySchema.safeParse(part).success), {
    message: 'an environment is named project/environment',
  });

const critical = z.boolean();

export const newEnvironmentSchema = z
  .strictObject({
    key: keySchema,
    name: nameSchema.exactOptional().describe('The key when absent.'),
    description: descriptionSchema.default(''),
    critical: critical.exactOptional().describe(`True when absent for the key \`${CRITICAL_KEY}\`, false for others.`),
  })
  .meta({ id: 'NewEnvironment' });

export const environmentSettingsSchema = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(''),
  critical: critical
    .default(false)
    .describe('Whether real users are in it: people are asked once more before they change something.'),
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

const settings = z.strictObject({ name: nameSchema, description: descriptionSchema, critical });

export const environmentChangeSchema = z
  .strictObject({
    version: z.int().min(2),
    before: settings,
    after: settings,
    actor: actorSchema,
    reason: reasonSchema,
    atMs: instantMsSchema,
  })
  .meta({ id: 'EnvironmentChange' }) satisfies z.ZodType<EnvironmentChange>;
