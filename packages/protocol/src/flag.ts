import type { Flag, FlagKind, LayerSlice, Prerequisite, Rule, Target, Variation } from '@tidegate/evaluation';
import * as z from 'zod';
import { conditionSchema } from './condition.ts';
import { jsonValueSchema } from './json.ts';
import { attributePathSchema, keySchema, ppmSchema, revisionSchema, servedSchema, unitKeySchema } from './key.ts';
import { serveSchema } from './serve.ts';

/** Variations of one flag. What needs more is a configuration file. */
export const VARIATIONS_MAX = 100;
/** Rules of one flag: evaluated in order, so their number is the time of the slowest evaluation. */
export const RULES_MAX = 500;
/** Prerequisites of one flag; each is an evaluation of its own. */
export const PREREQUISITES_MAX = 20;
/** Lists of targeted units of one flag: one per variation and kind of unit. */
export const TARGETS_MAX = 200;
/** Units named one by one in one list; more of them belong into a segment. */
export const TARGET_KEYS_MAX = 10_000;

export const flagKindSchema = z.enum(['boolean', 'string', 'number', 'json']) satisfies z.ZodType<FlagKind>;

export const variationSchema = z.strictObject({
  key: keySchema,
  value: jsonValueSchema,
}) satisfies z.ZodType<Variation>;

export const prerequisiteSchema = z.strictObject({
  flag: keySchema,
  variations: z.array(keySchema).min(1).max(VARIATIONS_MAX),
}) satisfies z.ZodType<Prerequisite>;

export const targetSchema = z.strictObject({
  variation: servedSchema,
  unit: attributePathSchema.exactOptional(),
  keys: z.array(unitKeySchema).max(TARGET_KEYS_MAX),
}) satisfies z.ZodType<Target>;

export const offVariationSchema = servedSchema.describe(
  'Served while the flag is disabled, a prerequisite is not met, or the unit is held out or outside the layer slice.',
);

export const holdoutSchema = keySchema.describe(
  'A segment whose members get the off variation, whatever the rules say.',
);

export const layerSliceSchema = z
  .strictObject({
    key: keySchema,
    unit: attributePathSchema.exactOptional(),
    fromPpm: ppmSchema,
    toPpm: ppmSchema,
  })
  .describe(
    'Flags of one layer share no unit: each takes its slice of the same positions.',
  ) satisfies z.ZodType<LayerSlice>;

export const clientSideSchema = z
  .enum(['off', 'value', 'rules'])
  .describe('What a browser may receive: nothing, the value evaluated by the server, or the rules themselves.');

/** A flag as SDKs receive it. */
export const flagSchema = z.strictObject({
  key: keySchema,
  kind: flagKindSchema,
  variations: z
    .array(variationSchema)
    .max(VARIATIONS_MAX)
    .describe('Empty where a server evaluated that there is no value.'),
  enabled: z.boolean(),
  offVariation: offVariationSchema,
  salt: z.string(),
  prerequisites: z.array(prerequisiteSchema).max(PREREQUISITES_MAX),
  targets: z.array(targetSchema).max(TARGETS_MAX),
  holdout: holdoutSchema.exactOptional(),
  layer: layerSliceSchema.exactOptional(),
  rules: z
    .array(
      z.strictObject({
        id: keySchema,
        condition: conditionSchema,
        serve: serveSchema,
      }) satisfies z.ZodType<Rule>,
    )
    .max(RULES_MAX),
  fallthrough: serveSchema,
  clientSide: clientSideSchema,
  revision: revisionSchema,
}) satisfies z.ZodType<Flag>;
