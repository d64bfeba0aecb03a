import type { JsonValue } from '@tidegate/evaluation';
import { briefCondition, mapCaps, mapConditions } from './conditions.ts';
import { flagOf, segmentOf } from './documents-of.ts';
import type { FlagDefinition, SegmentDefinition, WholeFlag, WholeSegment } from './flag-file.ts';
import { sameJson } from './same-json.ts';

/**
 * A flag as a file says it: without what is so anyway, and always in the same order, so that a file written twice is
 * the same to the byte and a change shows as little more than itself. `flagOf` takes it back.
 */
export function flagDefinitionOf(flag: WholeFlag): FlagDefinition {
  const { kind, variations, offVariation } = flag;
  const defaults: Members<FlagDefinition> = {
    ...flagOf(flag.key, { variations, offVariation }, 0),
    ...HOUSEKEEPING_DEFAULTS,
    ...(kind === 'boolean' && { variations: flagOf(flag.key, {}, 0).variations }),
    ...(kind !== 'boolean' && { variations: undefined }),
    offVariation: flagOf(flag.key, { variations }, 0).offVariation,
  };
  const brief = {
    ...flag,
    rules: mapConditions(flag.rules, briefCondition),
    fallthrough: mapCaps(flag.fallthrough, briefCondition),
  };
  return withoutDefaults(brief, defaults, FLAG_MEMBERS);
}

export function segmentDefinitionOf(segment: WholeSegment): SegmentDefinition {
  const defaults: Members<SegmentDefinition> = { ...segmentOf(segment.key, {}, 0), ...HOUSEKEEPING_DEFAULTS };
  const brief = { ...segment, condition: briefCondition(segment.condition) };
  return withoutDefaults(brief, defaults, SEGMENT_MEMBERS);
}

/** Each member with its default, if it has one. */
type Members<Definition> = { readonly [Name in keyof Definition]?: Definition[Name] | undefined };

const HOUSEKEEPING_DEFAULTS = { description: '', tags: [], temporary: false } as const;

/**
 * Every member, in the order in which files have them: what it is, what it serves to whom, how it buckets. A record
 * that misses one does not compile, as a list would.
 */
const FLAG_MEMBERS: Readonly<Record<keyof Required<FlagDefinition>, true>> = {
  description: true,
  owner: true,
  tags: true,
  temporary: true,
  expiresAtMs: true,
  kind: true,
  valueSchema: true,
  variations: true,
  clientSide: true,
  enabled: true,
  offVariation: true,
  prerequisites: true,
  targets: true,
  holdout: true,
  layer: true,
  rules: true,
  fallthrough: true,
  salt: true,
};

const SEGMENT_MEMBERS: Readonly<Record<keyof Required<SegmentDefinition>, true>> = {
  description: true,
  tags: true,
  unit: true,
  included: true,
  excluded: true,
  condition: true,
};

function withoutDefaults<Definition extends object>(
  whole: Definition,
  defaults: Members<Definition>,
  members: Readonly<Record<string, true>>,
): Definition {
  const values = new Map<string, JsonValue | undefined>(Object.entries(whole));
  const usual = new Map<string, JsonValue | undefined>(Object.entries(defaults));
  const said = Object.keys(members).filter(
    (name) => values.get(name) !== undefined && !sameJson(values.get(name), usual.get(name)),
  );
  // Some of the members of a definition are one as well: all of them may be left out.
  return Object.fromEntries(said.map((name) => [name, values.get(name)])) as Definition;
}
