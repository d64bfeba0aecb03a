import * as z from 'zod';
import { actorSchema } from './change.ts';
import { environmentIdSchema } from './environment.ts';
import { newFlagSchema } from './flag-document.ts';
import { instantMsSchema, keySchema, reasonSchema, revisionSchema } from './key.ts';
import { newSegmentSchema } from './segment.ts';

/**
 * `tidegate.json`: the flags and segments of one environment as a file. A definition is what a creation takes, without
 * the key, so that what the API learns of flags the file knows too. Metrics are not in it.
 */
export const flagDefinitionSchema = newFlagSchema.omit({ key: true }).meta({ id: 'FlagDefinition' });

export const segmentDefinitionSchema = newSegmentSchema.omit({ key: true }).meta({ id: 'SegmentDefinition' });

/** Written by `pull --with-history` and not by people: what a document was is not held to what it may be now. */
const fileChangeSchema = z
  .strictObject({
    revision: revisionSchema,
    kind: z.enum(['flag', 'segment']),
    key: keySchema,
    definition: z.looseObject({}).nullable().describe('null when it was archived.'),
    action: z.string(),
    actor: actorSchema,
    reason: reasonSchema,
    atMs: instantMsSchema,
  })
  .meta({ id: 'FlagFileChange' });

export const flagFileSchema = z
  .strictObject({
    $schema: z.string().exactOptional().describe('Where editors find what may stand in this file.'),
    environment: environmentIdSchema.exactOptional().describe('`project/environment` that it was pulled from.'),
    revision: revisionSchema.exactOptional().describe('The revision at which it was.'),
    flags: z.record(keySchema, flagDefinitionSchema).describe('Flags by their keys.'),
    segments: z.record(keySchema, segmentDefinitionSchema).exactOptional().describe('Segments by their keys.'),
    history: z
      .array(fileChangeSchema)
      .exactOptional()
      .describe('Every change up to `revision`, oldest first. Never applied.'),
  })
  .meta({ title: 'Tidegate flags', description: 'The flags and segments of one environment (tidegate.json).' });

/** The file as JSON Schema 2020-12, for editors: what `$schema` points to. */
export function flagFileJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(flagFileSchema, { io: 'input' });
}
