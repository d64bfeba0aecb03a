import type { Condition, Rule, Serve } from '@tidegate/evaluation';
import type { FlagDefinition } from '@tidegate/flag-file';
import { isRecord, type JsonRecord } from '../json-record.ts';
import { orRefusal, Refusal } from '../refusal.ts';
import { listIn, type SegmentKeyOf, type StrategyCondition, strategyCondition } from './strategy-condition.ts';
import { ALL_DISABLED } from './unleash-file.ts';
import { type VariantChoice, type VariantList, variantChoice } from './variant-choice.ts';
import { Variants } from './variants.ts';

export interface ImportedDefinition {
  readonly definition: FlagDefinition;
  readonly reasons: readonly string[];
}

/** What one feature becomes: a boolean flag (`isEnabled`), and one of its variants (`getVariant`) when it has any. */
export interface FeatureFlags {
  readonly toggle: ImportedDefinition;
  /** Undefined for a feature without variants. */
  readonly variants: (ImportedDefinition & { readonly known: Variants }) | Refusal | undefined;
}

/** The key of the flag of a feature's variants. */
export function variantKey(feature: string): string {
  return `${feature}.variant`;
}

/** A feature's flags, apart from its dependencies. */
export function featureFlags(name: string, feature: JsonRecord, segmentKeyOf: SegmentKeyOf): FeatureFlags {
  if (name in Object.prototype) throw new Refusal('Its name is that of a member which every object of JavaScript has.');
  const { enabled, description } = feature;
  if (typeof enabled !== 'boolean') throw new Refusal('Whether it is enabled is neither true nor false.');
  const documents = feature['strategies'];
  if (documents === ALL_DISABLED) throw new Refusal('All its strategies are disabled.');
  if (!Array.isArray(documents)) throw new Refusal('Its strategies are no list.');
  const strategies = readStrategies(documents, segmentKeyOf);
  return {
    toggle: {
      definition: {
        enabled,
        ...(typeof description === 'string' && { description }),
        rules: strategies.flatMap(({ id, condition }): Rule[] =>
          condition === undefined ? [] : [{ id, condition, serve: { kind: 'variation', variation: 'on' } }],
        ),
        fallthrough: { kind: 'variation', variation: strategies.length === 0 ? 'on' : 'off' },
      },
      reasons: strategies.flatMap(({ reasons }) => reasons),
    },
    variants: orRefusal(() => variantFlag(name, feature, strategies)),
  };
}

interface Strategy extends StrategyCondition {
  readonly id: string;
  readonly where: string;
  readonly document: JsonRecord;
}

function readStrategies(documents: readonly unknown[], segmentKeyOf: SegmentKeyOf): readonly Strategy[] {
  return documents.map((document, index) => {
    if (!isRecord(document)) throw new Refusal(`Strategy ${index + 1} is no object.`);
    const where = `Strategy ${index + 1} (${String(document['name'])})`;
    return { id: `strategy-${index + 1}`, where, document, ...strategyCondition(document, where, segmentKeyOf) };
  });
}

/**
 * The first strategy that matches chooses among its own variants, if they weigh anything, and else among the feature's.
 * The flag asks the feature's own one first: where no strategy brings variants, nothing is left to ask.
 */
function variantFlag(
  name: string,
  feature: JsonRecord,
  strategies: readonly Strategy[],
): (ImportedDefinition & { readonly known: Variants }) | undefined {
  const lists = strategies.map(variantsOfStrategy);
  const ofFeature = variantsOfFeature(name, feature);
  if (ofFeature === undefined && lists.every((list) => list === undefined)) return undefined;
  const known = new Variants();
  const choiceOf = (list: VariantList | undefined) => list && variantChoice(list, known);
  const fallback = choiceOf(ofFeature);
  const choices = lists.map(choiceOf);
  const definition: FlagDefinition = {
    kind: 'json',
    enabled: feature['enabled'] === true,
    prerequisites: [{ flag: name, variations: ['on'] }],
    ...(choices.every((choice) => choice === undefined)
      ? { rules: overrideRules(fallback, 'variants'), fallthrough: fallback?.serve ?? SERVE_DISABLED }
      : {
          rules: strategies.flatMap(({ id, condition }, index) =>
            condition === undefined ? [] : choiceRules(choices[index] ?? fallback, id, condition),
          ),
          fallthrough: SERVE_DISABLED,
        }),
  };
  const reasons = [...choices, fallback].flatMap((choice) => choice?.reasons ?? []);
  return { definition: { ...definition, variations: known.variations(), offVariation: DISABLED }, reasons, known };
}

const DISABLED = 'disabled';
const SERVE_DISABLED: Serve = { kind: 'variation', variation: DISABLED };

function overrideRules(choice: VariantChoice | undefined, id: string, strategy?: Condition): Rule[] {
  return (choice?.overrides ?? []).map(({ condition, variation }, index) => ({
    id: `${id}-override-${index + 1}`,
    condition: strategy === undefined ? condition : { all: [strategy, condition] },
    serve: { kind: 'variation', variation },
  }));
}

function choiceRules(choice: VariantChoice | undefined, id: string, condition: Condition): Rule[] {
  return [...overrideRules(choice, id, condition), { id, condition, serve: choice?.serve ?? SERVE_DISABLED }];
}

function variantsOfStrategy({ document, where }: Strategy): VariantList | undefined {
  const variants = variantsIn(document, `${where}: its variants`);
  const [first] = variants;
  if (first === undefined) return undefined;
  const { parameters } = document;
  if (!isRecord(parameters)) throw new Refusal(`${where} has variants and no parameters.`);
  // JavaScript writes what is missing as a word, and hashes that.
  const groupId = String(parameters['groupId']);
  const stickiness = first['stickiness'] || parameters['stickiness'];
  return { variants, groupId, stickiness, where: `${where}: its variants` };
}

function variantsOfFeature(name: string, feature: JsonRecord): VariantList | undefined {
  const variants = variantsIn(feature, 'Its variants');
  const [first] = variants;
  if (first === undefined) return undefined;
  return { variants, groupId: name, stickiness: first['stickiness'] ?? undefined, where: 'Its variants' };
}

function variantsIn(record: JsonRecord, where: string): readonly JsonRecord[] {
  const variants = listIn(record, 'variants', where);
  if (!variants.every(isRecord)) throw new Refusal(`${where} have one that is no object.`);
  return variants;
}
