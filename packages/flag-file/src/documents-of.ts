import type { Flag, JsonValue, RulesDocuments, Segment, Variation } from '@tidegate/evaluation';
import { mapCaps, mapConditions, wholeCondition } from './conditions.ts';
import type { FlagDefinition, FlagFile, SegmentDefinition } from './flag-file.ts';

/**
 * What a file means: whole documents, with the defaults of what it leaves out. Checks nothing: whoever compiles the
 * documents finds what is wrong with them, flag by flag. Each document is of the file's revision, which is all that a
 * file tells of it (`documentsAt` knows better where there is a history).
 */
export function documentsOf({ revision = 1, flags, segments = {} }: FlagFile): RulesDocuments {
  return {
    revision,
    flags: Object.entries(flags).map(([key, definition]) => flagOf(key, definition, revision)),
    segments: Object.entries(segments).map(([key, definition]) => segmentOf(key, definition, revision)),
  };
}

/** A boolean flag with the variations `off` and `on` unless told otherwise; the first variation is served by default. */
export function flagOf(key: string, definition: FlagDefinition, revision: number): Flag {
  const { kind = 'boolean', variations = BOOLEAN_VARIATIONS } = definition;
  const { offVariation = variations[0]?.key ?? '' } = definition;
  return {
    key,
    kind,
    variations,
    enabled: definition.enabled ?? false,
    offVariation,
    salt: definition.salt ?? key,
    prerequisites: definition.prerequisites ?? [],
    targets: definition.targets ?? [],
    ...(definition.holdout !== undefined && { holdout: definition.holdout }),
    ...(definition.layer !== undefined && { layer: definition.layer }),
    rules: mapConditions(definition.rules ?? [], wholeCondition),
    fallthrough: mapCaps(definition.fallthrough ?? { kind: 'variation', variation: offVariation }, wholeCondition),
    clientSide: definition.clientSide ?? 'off',
    revision,
  };
}

/** Nobody is in it unless told otherwise. */
export function segmentOf(key: string, definition: SegmentDefinition, revision: number): Segment {
  return {
    key,
    ...(definition.unit !== undefined && { unit: definition.unit }),
    included: definition.included ?? [],
    excluded: definition.excluded ?? [],
    condition: wholeCondition(definition.condition ?? { any: [] }),
    revision,
  };
}

const BOOLEAN_VARIATIONS: readonly (Variation & { readonly value: JsonValue })[] = [
  { key: 'off', value: false },
  { key: 'on', value: true },
];
