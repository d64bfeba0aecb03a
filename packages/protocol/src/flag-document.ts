import type { Flag, JsonValue, Rule } from '@tidegate/evaluation';
import * as z from 'zod';
import { conditionSchema } from './condition.ts';
import { type DocumentViewFields, documentViewShape, mergePatchOf, tagsSchema } from './document.ts';
import {
  clientSideSchema,
  flagKindSchema,
  holdoutSchema,
  layerSliceSchema,
  offVariationSchema,
  PREREQUISITES_MAX,
  prerequisiteSchema,
  RULES_MAX,
  TARGETS_MAX,
  targetSchema,
  VARIATIONS_MAX,
  variationSchema,
} from './flag.ts';
import { jsonValueSchema } from './json.ts';
import { descriptionSchema, instantMsSchema, keySchema, nameSchema, saltSchema } from './key.ts';
import { storedServeSchema } from './serve.ts';

/** What operators want to know of a flag and no SDK needs. */
interface FlagHousekeeping {
  readonly description: string;
  readonly tags: readonly string[];
  readonly owner?: string;
  /** A flag that should be gone once its rollout is over. */
  readonly temporary: boolean;
  /** When it should be gone. Nothing happens to it then but that it is listed as stale. */
  readonly expiresAtMs?: number;
  /** A JSON Schema (2020-12) that every variation's value is held to when the flag is saved. */
  readonly valueSchema?: ValueSchema;
  readonly createdAtMs: number;
}

export type ValueSchema = boolean | { readonly [keyword: string]: JsonValue };

/** A flag as the change log keeps it: the revision is the row's. */
export interface FlagDocument extends Omit<Flag, 'revision'>, FlagHousekeeping {}

/** What an operator may change; key, kind, salt and createdAtMs stay as created. */
export type FlagSettings = Omit<FlagDocument, 'key' | 'kind' | 'salt' | 'createdAtMs'>;

/** A flag as the API shows it. */
export interface FlagView extends FlagDocument, DocumentViewFields {}

/** How plans and addresses call what is served when no rule matches; so no rule may have it as its id. */
export const FALLTHROUGH = 'fallthrough';

const ruleSchema = z.strictObject({
  id: keySchema.refine((id) => id !== FALLTHROUGH, `\`${FALLTHROUGH}\` is what is served when no rule matches`),
  condition: conditionSchema,
  serve: storedServeSchema,
}) satisfies z.ZodType<Rule>;

const variationsSchema = z.array(variationSchema).min(1).max(VARIATIONS_MAX);

/** The last instant that a calendar of JavaScript has. */
const EXPIRES_AT_MS_MAX = 8_640_000_000_000_000;

const valueSchemaSchema = z
  .union([z.boolean(), z.record(z.string(), jsonValueSchema)])
  .describe('A JSON Schema (2020-12) that every value is held to. `$ref` stays inside; `format` is not checked.');

const optionalSettings = {
  description: descriptionSchema.default(''),
  tags: tagsSchema.default([]),
  owner: nameSchema.exactOptional(),
  temporary: z.boolean().default(false),
  expiresAtMs: instantMsSchema
    .max(EXPIRES_AT_MS_MAX)
    .exactOptional()
    .describe('When it should be gone: from then on it is listed as stale.'),
  valueSchema: valueSchemaSchema.exactOptional(),
  enabled: z.boolean().default(false),
  prerequisites: z.array(prerequisiteSchema).max(PREREQUISITES_MAX).default([]),
  targets: z.array(targetSchema).max(TARGETS_MAX).default([]),
  holdout: holdoutSchema.exactOptional(),
  layer: layerSliceSchema.exactOptional(),
  rules: z.array(ruleSchema).max(RULES_MAX).default([]),
  clientSide: clientSideSchema.default('off'),
};

export const flagSettingsSchema = z.strictObject({
  ...optionalSettings,
  variations: variationsSchema,
  offVariation: offVariationSchema,
  fallthrough: storedServeSchema,
}) satisfies z.ZodType<FlagSettings>;

/**
 * A flag as it is created. Only the key is needed: that is a disabled boolean flag with the variations `off` and `on`.
 * In general the first variation is what a flag serves until told otherwise: it is the default of `offVariation`, and
 * `fallthrough` serves `offVariation` by default.
 */
export const newFlagSchema = z
  .strictObject({
    key: keySchema,
    kind: flagKindSchema.default('boolean'),
    ...optionalSettings,
    variations: variationsSchema
      .exactOptional()
      .describe('`off` and `on` for a boolean flag; required for other kinds.'),
    offVariation: offVariationSchema.exactOptional().describe('The first variation when absent.'),
    fallthrough: storedServeSchema.exactOptional().describe('Serves `offVariation` when absent.'),
    salt: saltSchema
      .exactOptional()
      .describe(
        'Seeds the buckets: a flag that moves here with its salt keeps its users. Made by the server when absent.',
      ),
  })
  .meta({ id: 'NewFlag' });

export type NewFlag = z.output<typeof newFlagSchema>;

export const flagPatchSchema = mergePatchOf(flagSettingsSchema).meta({ id: 'FlagPatch' });

export const flagViewSchema = z
  .strictObject({
    key: keySchema,
    kind: flagKindSchema,
    ...flagSettingsSchema.shape,
    salt: z.string().describe('Seeds the buckets; never changed after creation.'),
    ...documentViewShape,
  })
  .meta({ id: 'Flag' }) satisfies z.ZodType<FlagView>;

export const toggleSchema = z.strictObject({
  enabled: z.boolean(),
  reason: z.string().max(500).default(''),
});
