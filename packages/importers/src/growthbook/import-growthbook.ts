import { CALLER_DEFAULT } from '@tidegate/evaluation';
import type { FlagDefinition, SegmentDefinition } from '@tidegate/flag-file';
import type { Imported } from '../import-report.ts';
import type { JsonRecord } from '../json-record.ts';
import { orRefusal, Refusal } from '../refusal.ts';
import { ruleIds } from '../rule-ids.ts';
import { type FlagDraft, settleDrafts } from '../settle-drafts.ts';
import { isSegment, savedGroupSegment } from './convert-condition.ts';
import { convertRule, type RuleScope } from './feature-rules.ts';
import { type FeatureValues, valuesOfFeature } from './feature-values.ts';
import { type GrowthBookFeature, type GrowthBookRule, readFeature, readGrowthBookFile } from './growthbook-file.ts';

/**
 * The features of one SDK connection of GrowthBook. Each is an enabled flag: what GrowthBook disables is not in the
 * payload, and a feature without a value serves the caller's default.
 *
 * @throws UnreadableFile for what is no such file.
 */
export function importGrowthBook(json: unknown): Imported {
  const { features, savedGroups } = readGrowthBookFile(json);
  const read = new Map([...features].map(([key, document]) => [key, orRefusal(() => readValued(document))]));
  const valuesOf = (key: string) => {
    const feature = read.get(key);
    if (feature instanceof Refusal) {
      throw new Refusal(`It depends on the flag ${JSON.stringify(key)}, which is refused: ${feature.message}`);
    }
    return feature?.values;
  };
  const circular = circularFeatures(read);
  const drafts = [...read].map(([key, feature]) => {
    if (feature instanceof Refusal) return [key, feature] as const;
    if (circular.has(key)) return [key, new Refusal('Its prerequisites lead in a circle.')] as const;
    return [key, orRefusal(() => flagDraft(key, feature, { savedGroups, valuesOf }))] as const;
  });
  return settleDrafts({ flags: new Map(drafts), segments: segmentDrafts(savedGroups) });
}

/** A feature and everything that it can give. */
interface ValuedFeature {
  readonly feature: GrowthBookFeature;
  readonly values: FeatureValues;
}

function readValued(document: unknown): ValuedFeature {
  const feature = readFeature(document);
  return { feature, values: valuesOfFeature(feature) };
}

/** The features from which prerequisites lead in a circle: those that are left when whoever has none left is taken away. */
function circularFeatures(features: ReadonlyMap<string, ValuedFeature | Refusal>): ReadonlySet<string> {
  const left = new Set(features.keys());
  const isFree = (key: string) => !parentsOf(features.get(key)).some((parent) => left.has(parent));
  // Each round takes at least one away, so there are no more rounds than features.
  for (let free = [...left].filter(isFree); free.length > 0; free = [...left].filter(isFree)) {
    for (const key of free) left.delete(key);
  }
  return left;
}

function parentsOf(feature: ValuedFeature | Refusal | undefined): readonly string[] {
  if (feature === undefined || feature instanceof Refusal) return [];
  return (feature.feature.rules ?? []).flatMap(({ parentConditions = [] }) => parentConditions.map(({ id }) => id));
}

function flagDraft(
  featureKey: string,
  { feature, values }: ValuedFeature,
  rest: Pick<RuleScope, 'savedGroups' | 'valuesOf'>,
): FlagDraft {
  const { defaultValue, rules = [] } = feature;
  const ids = ruleIds(rules);
  const definition: FlagDefinition = {
    kind: values.kind,
    variations: values.variations,
    enabled: true,
    offVariation: CALLER_DEFAULT,
    rules: rules.flatMap((rule, index) => convertRule(rule, ids[index] ?? '', { featureKey, values, ...rest })),
    fallthrough: { kind: 'variation', variation: values.keyOf(defaultValue) },
  };
  return { definition, notes: notesOf(rules, rest) };
}

function notesOf(rules: readonly GrowthBookRule[], { valuesOf }: Pick<RuleScope, 'valuesOf'>): readonly string[] {
  const parents = new Set(rules.flatMap(({ parentConditions = [] }) => parentConditions.map(({ id }) => id)));
  const missing = [...parents].filter((id) => valuesOf(id) === undefined);
  const isSticky = rules.some(({ bucketVersion, disableStickyBucketing }) => bucketVersion && !disableStickyBucketing);
  return [
    ...missing.map((id) => `Its prerequisite ${JSON.stringify(id)} is not in the file: it has no value.`),
    ...(isSticky ? [STICKY] : []),
  ];
}

const STICKY =
  'Variations that sticky bucketing has stored for users are not in the file: users get what their hash gives.';

function segmentDrafts(savedGroups: JsonRecord): ReadonlyMap<string, SegmentDefinition | Refusal> {
  const drafts = Object.entries(savedGroups).flatMap(([id, group]) =>
    isSegment(group) ? [[id, orRefusal(() => ({ condition: savedGroupSegment(group, savedGroups) }))] as const] : [],
  );
  return new Map(drafts);
}
