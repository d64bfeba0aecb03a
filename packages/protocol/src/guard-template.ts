import type { GuardTemplate, Json, TemplateParameter } from '@tidegate/analysis/plans';
import * as z from 'zod';
import { jsonValueSchema } from './json.ts';
import { descriptionSchema, instantMsSchema, keySchema, NAME_LENGTH_MAX } from './key.ts';

/** Parameters of one template: who has to say more than this would rather write the metric. */
const PARAMETERS_MAX = 20;

/** Names in `{{name}}`. */
const parameterNameSchema = z
  .string()
  .regex(/^[a-zA-Z]\w{0,63}$/, 'a parameter is called by a letter and then letters, digits and underscores');

export const templateArgumentSchema = z.union([z.string().max(NAME_LENGTH_MAX), z.number(), z.boolean()]);

const templateParameterSchema = z.strictObject({
  type: z.enum(['string', 'number', 'boolean']),
  description: descriptionSchema.exactOptional(),
  default: templateArgumentSchema.exactOptional().describe('Without one the argument must be given.'),
  min: z.number().exactOptional(),
  max: z.number().exactOptional(),
}) satisfies z.ZodType<TemplateParameter>;

// A JSON value is a JSON value; the two rooms have a name for it each, and one of them allows readonly lists only.
const metricWithHolesSchema: z.ZodType<Json> = jsonValueSchema as z.ZodType<Json>;

/** What a version of a template says; its name and number are in the address. */
export const templateSettingsSchema = z
  .strictObject({
    description: descriptionSchema.default(''),
    parameters: z
      .record(parameterNameSchema, templateParameterSchema)
      .refine((all) => Object.keys(all).length <= PARAMETERS_MAX, `a template has at most ${PARAMETERS_MAX} parameters`)
      .default({}),
    metric: metricWithHolesSchema.describe(
      'Settings of a metric, with `{{name}}` where an argument goes: alone in a text it becomes the argument itself.',
    ),
  })
  .meta({ id: 'GuardTemplateSettings' }) satisfies z.ZodType<Omit<GuardTemplate, 'name' | 'version'>>;

export type GuardTemplateSettings = z.output<typeof templateSettingsSchema>;

/** One version of a template, as the API shows it. Built-in ones come with the server, and were made by nobody. */
export interface GuardTemplateView extends GuardTemplate {
  readonly builtIn: boolean;
  readonly createdAtMs: number | null;
}

export const templateViewSchema = z
  .strictObject({
    name: keySchema,
    version: z.int().min(1),
    ...templateSettingsSchema.shape,
    builtIn: z.boolean(),
    createdAtMs: instantMsSchema.nullable(),
  })
  .meta({ id: 'GuardTemplate' }) satisfies z.ZodType<GuardTemplateView>;
