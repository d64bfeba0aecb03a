import {
  CALLER_DEFAULT,
  COMPLETE_LANGUAGE,
  type DialectLeaf,
  type FlagKind,
  type JsonValue,
  kindOf,
  type Rule,
  type Variation,
} from '@tidegate/evaluation';
import type { FlagDefinition } from '@tidegate/flag-file';
import { isRecord, type JsonRecord } from '../json-record.ts';
import { Refusal } from '../refusal.ts';
import { type Branch, branchesOf } from './branches.ts';
import { canFail, failingPart } from './can-fail.ts';
import { expressionLeaf, Targeting } from './targeting.ts';

/** What one flag of flagd becomes. */
export function flagDefinition(flagKey: string, flag: unknown): FlagDefinition {
  if (!isRecord(flag)) throw new Refusal('It is no object.');
  const { state } = flag;
  if (state !== 'ENABLED' && state !== 'DISABLED') throw new Refusal('Its state is neither ENABLED nor DISABLED.');
  const variations = variationsOf(flag);
  const defaultVariant = defaultVariantOf(flag, variations);
  const targeting = new Targeting({ flagKey, variants: variations.map(({ key }) => key), defaultVariant });
  return {
    kind: kindOfAll(variations),
    variations,
    enabled: state === 'ENABLED',
    offVariation: CALLER_DEFAULT,
    ...rulesOf(flag['targeting'], targeting),
  };
}

function variationsOf({ variants }: JsonRecord): readonly Variation[] {
  if (!isRecord(variants)) throw new Refusal('Its variants are no object.');
  if (Object.hasOwn(variants, CALLER_DEFAULT)) {
    throw new Refusal(`It has a variant called ${CALLER_DEFAULT}, which means something else here.`);
  }
  // It came as JSON.
  return Object.entries(variants).map(([key, value]) => ({ key, value: value as JsonValue }));
}

/** A flag here has one kind; flagd lets every variant have its own, and answers those who ask for another with an error. */
function kindOfAll(variations: readonly Variation[]): FlagKind {
  const kinds = new Set(variations.map(({ value }) => kindOf(value)));
  const [kind, ...others] = kinds;
  if (kind === undefined) throw new Refusal('It has no variants.');
  if (others.length > 0) throw new Refusal(`Its variants have values of several kinds: ${[...kinds].join(', ')}.`);
  return kind;
}

function defaultVariantOf({ defaultVariant }: JsonRecord, variations: readonly Variation[]): string | undefined {
  if (!defaultVariant) return undefined;
  if (typeof defaultVariant !== 'string' || !variations.some(({ key }) => key === defaultVariant)) {
    throw new Refusal(`Its default variant ${JSON.stringify(defaultVariant)} is none of its variants.`);
  }
  return defaultVariant;
}

function rulesOf(expression: unknown, targeting: Targeting): Pick<FlagDefinition, 'rules' | 'fallthrough'> {
  // As flagd has it: whatever has members is a targeting.
  if (!expression || Object.keys(Object(expression)).length === 0) {
    return { fallthrough: { kind: 'variation', variation: targeting.otherwise } };
  }
  // It came as JSON.
  const logic = expression as JsonValue;
  const values = [targeting.flagKey];
  refuseUnknown({ dialect: 'flagd', attribute: 'targetingKey', operator: 'jsonLogic', values: [logic, ...values] });
  const branches = branchesOf(logic, { mode: 'compiled', targeting, conditions: [] });
  const fails: Rule = {
    id: 'fails',
    condition: expressionLeaf('jsonLogicFails', { expression: failingPart(logic), mode: 'compiled', values }),
    serve: { kind: 'variation', variation: CALLER_DEFAULT },
  };
  return {
    rules: [...(canFail(logic) ? [fails] : []), ...branches.slice(0, -1).map(ruleOf)],
    fallthrough: branches.at(-1)?.serve ?? { kind: 'variation', variation: targeting.otherwise },
  };
}

function refuseUnknown(leaf: DialectLeaf): void {
  const flaw = COMPLETE_LANGUAGE.dialects.flagd?.findLeafFlaw(leaf);
  if (flaw === undefined) return;
  if (flaw.includes('"$ref"')) throw new Refusal('Its targeting refers to an evaluator that the file does not have.');
  throw new Refusal(`Its targeting cannot be run: ${flaw.replace('.values[0]: ', '')}.`);
}

function ruleOf({ conditions, serve }: Branch, index: number): Rule {
  const [only] = conditions;
  const condition = only !== undefined && conditions.length === 1 ? only : { all: conditions };
  return { id: `rule-${index + 1}`, condition, serve };
}
