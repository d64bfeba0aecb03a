import type { FlagDefinition, SegmentDefinition } from '@tidegate/flag-file';
import type { Imported, ImportedFlag } from '../import-report.ts';
import type { JsonRecord } from '../json-record.ts';
import { keyReasons } from '../key-reasons.ts';
import { orRefusal, Refusal } from '../refusal.ts';
import { constraintCondition } from './constraint-condition.ts';
import { type FeatureFlags, featureFlags, type ImportedDefinition, variantKey } from './feature-flags.ts';
import { listIn, type SegmentKeyOf } from './strategy-condition.ts';
import { readUnleashFile, type UnleashFile } from './unleash-file.ts';
import { type Parents, withDependencies } from './with-dependencies.ts';

/**
 * Features of Unleash, as the client API serves them or as an environment is exported. A feature keeps its name and
 * becomes a boolean flag that answers as `isEnabled`; its variants, if it has any, are the json flag `NAME.variant`,
 * which answers with the `name`, `payload` and `enabled` of `getVariant`. Held to unleash-client 6.12.1 for contexts
 * that `unleashContext` has read.
 *
 * @throws UnreadableFile
 */
export function importUnleash(json: unknown): Imported {
  const file = readUnleashFile(json);
  const segments = segmentsOf(file);
  const segmentKeyOf = segmentKeys(segments);
  const flagsByName = new Map(
    [...file.features].map(([name, feature]) => [name, flagsOf(name, feature, { file, segmentKeyOf })]),
  );
  const parents = {
    featureOf: (name: string) => file.features.get(name),
    flagsOf: (name: string) => flagsByName.get(name),
  };
  const outcomes = [...file.features].flatMap(([name, feature]) => {
    const flags = flagsByName.get(name);
    return flags === undefined ? [] : outcomesOf(name, { feature, flags, parents });
  });
  return imported(outcomes, segments);
}

function flagsOf(
  name: string,
  feature: JsonRecord,
  { file, segmentKeyOf }: { readonly file: UnleashFile; readonly segmentKeyOf: SegmentKeyOf },
): FeatureFlags | Refusal {
  const flags = orRefusal(() => featureFlags(name, feature, segmentKeyOf));
  if (flags instanceof Refusal || flags.variants === undefined || !file.features.has(variantKey(name))) return flags;
  const twin = new Refusal(`Its variants are not imported: their flag "${variantKey(name)}" is a feature of its own.`);
  const { definition, reasons } = flags.toggle;
  return { toggle: { definition, reasons: [...reasons, twin.message] }, variants: twin };
}

function outcomesOf(
  name: string,
  {
    feature,
    flags,
    parents,
  }: { readonly feature: JsonRecord; readonly flags: FeatureFlags | Refusal; readonly parents: Parents },
): Outcomes {
  if (flags instanceof Refusal) return [[name, flags], ...variantsRefused(name, feature, parents)];
  const toggle = orRefusal(() => withDependencies(feature, flags.toggle, parents));
  const { variants } = flags;
  if (variants === undefined || parents.featureOf(variantKey(name)) !== undefined) return [[name, toggle]];
  if (toggle instanceof Refusal) return [[name, toggle], ...variantsRefused(name, feature, parents)];
  return [
    [name, toggle],
    [variantKey(name), variants],
  ];
}

type Outcomes = readonly (readonly [string, ImportedDefinition | Refusal])[];

interface ImportedSegment {
  readonly key: string;
  readonly definition: SegmentDefinition | Refusal;
}

function variantsRefused(name: string, feature: JsonRecord, { featureOf }: Parents): Outcomes {
  const { variants, strategies } = feature;
  const lists = [variants, ...(Array.isArray(strategies) ? strategies.map((strategy) => strategy?.variants) : [])];
  const hasVariants = lists.some((list) => Array.isArray(list) && list.length > 0);
  if (!hasVariants || featureOf(variantKey(name)) !== undefined) return [];
  return [[variantKey(name), new Refusal(`It depends on "${name}", which is refused.`)]];
}

/** Segments have names too, but ids are what never changes. */
function segmentsOf({ segments }: UnleashFile): ReadonlyMap<unknown, ImportedSegment> {
  return new Map(
    [...segments].map(([id, segment]) => {
      const definition = orRefusal(() => segmentDefinition(segment));
      return [id, { key: `segment-${typeof id === 'number' ? id : JSON.stringify(id)}`, definition }];
    }),
  );
}

function segmentDefinition(segment: JsonRecord): SegmentDefinition {
  const { name } = segment;
  // An export names its segments and leaves out what is in them.
  if (segment['constraints'] === undefined) throw new Refusal('the file does not say what is in it');
  const constraints = listIn(segment, 'constraints', 'it');
  return {
    ...(typeof name === 'string' && { description: name }),
    condition: {
      all: constraints.map((constraint, index) => constraintCondition(constraint, `constraint ${index + 1}`)),
    },
  };
}

function segmentKeys(segments: ReadonlyMap<unknown, ImportedSegment>): SegmentKeyOf {
  return (id) => {
    const segment = segments.get(id);
    if (segment?.definition instanceof Refusal) {
      throw new Refusal(`It uses the segment ${String(id)}, which is refused: ${segment.definition.message}`);
    }
    return segment?.key;
  };
}

function imported(outcomes: Outcomes, segments: ReadonlyMap<unknown, ImportedSegment>): Imported {
  const flags: [string, FlagDefinition][] = [];
  const report: [string, ImportedFlag][] = [];
  for (const [key, outcome] of outcomes) {
    if (outcome instanceof Refusal) {
      report.push([key, { status: 'refused', reasons: [outcome.message] }]);
      continue;
    }
    flags.push([key, outcome.definition]);
    report.push([key, { status: 'exact', reasons: [...outcome.reasons, ...keyReasons(key)] }]);
  }
  const definitions = [...segments.values()].flatMap(({ key, definition }) =>
    definition instanceof Refusal ? [] : [[key, definition] as const],
  );
  return {
    file: {
      flags: Object.fromEntries(flags),
      ...(definitions.length > 0 && { segments: Object.fromEntries(definitions) }),
    },
    report: { flags: Object.fromEntries(report) },
  };
}
