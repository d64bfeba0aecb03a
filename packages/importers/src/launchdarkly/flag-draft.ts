import { CALLER_DEFAULT, kindOf, type Prerequisite, type Rule, type Serve, type Target } from '@tidegate/evaluation';
import type { FlagDefinition } from '@tidegate/flag-file';
import { allOf } from '../condition-tree.ts';
import { Refusal } from '../refusal.ts';
import { ruleIds } from '../rule-ids.ts';
import type { FlagDraft } from '../settle-drafts.ts';
import { variationKeys } from '../variation-keys.ts';
import { keyPath, USER_KIND } from './attribute-path.ts';
import { clauseCondition } from './clause-condition.ts';
import type {
  LaunchDarklyFlag,
  LaunchDarklyPrerequisite,
  LaunchDarklyServe,
  LaunchDarklyTarget,
} from './launchdarkly-file.ts';
import { rolloutServe } from './rollout-serve.ts';

/** What a flag needs to know of the rest of the file. */
export interface Surroundings {
  readonly isSegment: (key: string) => boolean;
  /** The key of a variation of another flag, by its place; undefined when the file does not have it. */
  readonly variationKeyOf: (flagKey: string, index: number) => string | undefined;
}

/** @throws Refusal for what cannot be carried over, and for what LaunchDarkly answers with an error. */
export function flagDraft(flag: LaunchDarklyFlag, surroundings: Surroundings): FlagDraft {
  const { variations, on = false, offVariation } = flag;
  const kind = kindOfAll(flag);
  const keys = variationKeys(variations);
  const variationAt = (index: number) => {
    const variation = keys[index];
    if (variation === undefined) throw new Refusal(`It serves variation ${index}, and has ${keys.length}.`);
    return variation;
  };
  const off = offVariation === undefined ? CALLER_DEFAULT : variationAt(offVariation);
  const whole: FlagDefinition = {
    kind,
    variations: variations.map((value, index) => ({ key: variationAt(index), value })),
    enabled: on,
    offVariation: off,
    clientSide: isForPages(flag) ? 'value' : 'off',
  };
  const unmet = flag.prerequisites?.find(({ key, variation }) => !surroundings.variationKeyOf(key, variation));
  if (unmet !== undefined) return alwaysOff(whole, flag, unmet);
  const definition: FlagDefinition = {
    ...whole,
    prerequisites: prerequisitesOf(flag, surroundings),
    targets: targetsInOrder(flag).map((target) => targetOf(target, variationAt)),
    rules: rulesOf(flag, surroundings, variationAt),
    fallthrough: fallthroughOf(flag, variationAt),
  };
  return { definition, notes: notesOf(flag, surroundings) };
}

type VariationAt = (index: number) => string;

function kindOfAll({ variations }: LaunchDarklyFlag): 'boolean' | 'string' | 'number' | 'json' {
  const [kind, ...others] = new Set(variations.map(kindOf));
  if (kind === undefined) throw new Refusal('It has no variations.');
  if (others.length > 0) throw new Refusal(`Its variations are of several kinds: ${[kind, ...others].join(', ')}.`);
  return kind;
}

function prerequisitesOf({ prerequisites = [] }: LaunchDarklyFlag, { variationKeyOf }: Surroundings): Prerequisite[] {
  return prerequisites.map(({ key, variation }) => ({ flag: key, variations: [variationKeyOf(key, variation) ?? ''] }));
}

/**
 * A prerequisite that cannot be met, which no server would take for one. The others still matter: LaunchDarkly answers
 * with their errors before it comes to this one.
 */
function alwaysOff(
  whole: FlagDefinition,
  { prerequisites = [] }: LaunchDarklyFlag,
  { key, variation }: LaunchDarklyPrerequisite,
): FlagDraft {
  const why = `its prerequisite, variation ${variation} of ${JSON.stringify(key)}, is not in the file`;
  return {
    definition: { ...whole, fallthrough: { kind: 'variation', variation: whole.offVariation ?? CALLER_DEFAULT } },
    notes: [`It always serves its off variation: ${why}.`],
    dependsOn: prerequisites.map((prerequisite) => prerequisite.key),
  };
}

/** With targets of other kinds of contexts, their list gives the order, and an entry for users stands for theirs. */
function targetsInOrder({ targets = [], contextTargets = [] }: LaunchDarklyFlag): readonly LaunchDarklyTarget[] {
  if (contextTargets.length === 0) return targets;
  return contextTargets.flatMap((target) => {
    const { contextKind = USER_KIND, variation } = target;
    if (contextKind !== '' && contextKind !== USER_KIND) return [target];
    return targets.filter((ofUsers) => ofUsers.variation === variation).slice(0, 1);
  });
}

function targetOf({ contextKind, values, variation }: LaunchDarklyTarget, variationAt: VariationAt): Target {
  if (values.includes('')) throw new Refusal('It targets the empty key, which is nobody to Tidegate.');
  const unit = contextKind === undefined || contextKind === USER_KIND ? {} : { unit: keyPath(contextKind) };
  return { variation: variationAt(variation), ...unit, keys: values.filter((value) => typeof value === 'string') };
}

function rulesOf(flag: LaunchDarklyFlag, { isSegment }: Surroundings, variationAt: VariationAt): Rule[] {
  const ids = ruleIds(flag.rules ?? []);
  return (flag.rules ?? []).flatMap((rule, index) => {
    // Without clauses, not even an empty list of them, a rule matches nobody.
    if (rule.clauses === undefined) return [];
    const condition = allOf(rule.clauses.map((clause) => clauseCondition(clause, isSegment)));
    return [{ id: ids[index] ?? '', condition, serve: serveOf(rule, flag, variationAt) }];
  });
}

function serveOf({ variation, rollout }: LaunchDarklyServe, flag: LaunchDarklyFlag, variationAt: VariationAt): Serve {
  if (variation !== undefined) return { kind: 'variation', variation: variationAt(variation) };
  if (rollout === undefined) throw new Refusal('A rule or its fallthrough serves neither a variation nor a rollout.');
  return rolloutServe(rollout, flag, variationAt);
}

function fallthroughOf(flag: LaunchDarklyFlag, variationAt: VariationAt): Serve {
  if (flag.fallthrough !== undefined) return serveOf(flag.fallthrough, flag, variationAt);
  if (flag.on === true) throw new Refusal('It is on and has no fallthrough.');
  return { kind: 'variation', variation: CALLER_DEFAULT };
}

function isForPages({ clientSide = false, clientSideAvailability }: LaunchDarklyFlag): boolean {
  return clientSideAvailability?.usingEnvironmentId ?? clientSide;
}

function notesOf({ rules = [] }: LaunchDarklyFlag, { isSegment }: Surroundings): readonly string[] {
  const clauses = rules.flatMap((rule) => rule.clauses ?? []).filter(({ op }) => op === 'segmentMatch');
  const missing = clauses.flatMap(({ values }) => values.map(String)).filter((key) => !isSegment(key));
  return [...new Set(missing)].map((key) => `The segment ${JSON.stringify(key)} is not in the file: nobody is in it.`);
}
