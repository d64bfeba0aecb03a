import type { Prerequisite, Rule } from '@tidegate/evaluation';
import type { FlagDefinition } from '@tidegate/flag-file';
import { isRecord, type JsonRecord } from '../json-record.ts';
import { Refusal } from '../refusal.ts';
import { type FeatureFlags, type ImportedDefinition, variantKey } from './feature-flags.ts';
import { listIn } from './strategy-condition.ts';

/** What is known of the features that one may depend on. */
export interface Parents {
  readonly featureOf: (name: string) => JsonRecord | undefined;
  readonly flagsOf: (name: string) => FeatureFlags | Refusal | undefined;
}

/**
 * An evaluation may visit 1 000 other flags (`REFERENCE_VISITS_MAX` of evaluation), and a parent with variants is three
 * visits.
 */
const PARENTS_MAX = 300;

/** A feature's flag with what it asks of others before its strategies. Only features without parents can be parents. */
export function withDependencies(
  feature: JsonRecord,
  toggle: ImportedDefinition,
  parents: Parents,
): ImportedDefinition {
  const dependencies = listIn(feature, 'dependencies', 'Its dependencies');
  if (dependencies.length > PARENTS_MAX) throw new Refusal(`It depends on more than ${PARENTS_MAX} features.`);
  const demands = dependencies.map((dependency) => demandOf(dependency, parents));
  const impossible = demands.filter((demand) => demand.kind === 'impossible');
  if (impossible.length > 0) {
    return {
      definition: { ...toggle.definition, rules: [], fallthrough: { kind: 'variation', variation: 'off' } },
      reasons: impossible.map(({ why }) => why),
    };
  }
  const prerequisites = demands.flatMap((demand) => (demand.kind === 'serves' ? demand.prerequisites : []));
  const blocks = demands.flatMap((demand) => (demand.kind === 'off' ? [demand.flag] : []));
  const definition: FlagDefinition = {
    ...toggle.definition,
    ...(prerequisites.length > 0 && { prerequisites }),
    rules: [...blocks.map(blockRule), ...(toggle.definition.rules ?? [])],
  };
  return { definition, reasons: toggle.reasons };
}

type Demand =
  | { readonly kind: 'impossible'; readonly why: string }
  | { readonly kind: 'serves'; readonly prerequisites: readonly Prerequisite[] }
  | { readonly kind: 'off'; readonly flag: string };

function demandOf(dependency: unknown, { featureOf, flagsOf }: Parents): Demand {
  if (!isRecord(dependency) || typeof dependency['feature'] !== 'string') {
    throw new Refusal('It has a dependency that names no feature.');
  }
  const { feature: parent, enabled, variants } = dependency;
  if (parent in Object.prototype) throw new Refusal(`It depends on ${JSON.stringify(parent)}, a name of JavaScript's.`);
  const document = featureOf(parent);
  const flags = flagsOf(parent);
  if (document === undefined || flags === undefined) {
    return { kind: 'impossible', why: `It is always off: its parent "${parent}" is not in the file.` };
  }
  if (listIn(document, 'dependencies', `"${parent}"`).length > 0) {
    return { kind: 'impossible', why: `It is always off: its parent "${parent}" depends on another feature itself.` };
  }
  if (flags instanceof Refusal) throw new Refusal(`It depends on "${parent}", which is refused.`);
  if (enabled === false) return { kind: 'off', flag: parent };
  const isOn = { flag: parent, variations: ['on'] };
  const names = listIn({ variants }, 'variants', `Its dependency on "${parent}"`);
  if (names.length === 0) return { kind: 'serves', prerequisites: [isOn] };
  return variantDemand(parent, flags, names, isOn);
}

function variantDemand(
  parent: string,
  { variants }: FeatureFlags,
  names: readonly unknown[],
  isOn: Prerequisite,
): Demand {
  if (variants instanceof Refusal) {
    throw new Refusal(`It depends on the variants of "${parent}", which are refused.`);
  }
  const impossible: Demand = {
    kind: 'impossible',
    why: `It is always off: its parent "${parent}" has no variant ${names.map(String).join(' or ')}.`,
  };
  // A feature without variants answers with the one called so.
  if (variants === undefined) {
    return names.includes('disabled') ? { kind: 'serves', prerequisites: [isOn] } : impossible;
  }
  const variations = variants.known.keysNamed(names);
  if (variations.length === 0) return impossible;
  return { kind: 'serves', prerequisites: [isOn, { flag: variantKey(parent), variations }] };
}

function blockRule(flag: string, index: number): Rule {
  return {
    id: `parent-${index + 1}`,
    condition: { flag, variations: ['on'] },
    serve: { kind: 'variation', variation: 'off' },
  };
}
