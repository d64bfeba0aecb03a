import { type Condition, compile, evaluate, findFlagFlaw, type JsonValue, segmentsOf } from '@tidegate/evaluation';
import { flagOf } from '@tidegate/flag-file';
import { EVERYBODY, NOBODY } from '../condition-tree.ts';
import type { JsonRecord } from '../json-record.ts';
import { Refusal } from '../refusal.ts';
import { convertCondition } from './convert-condition.ts';
import type { FeatureValues } from './feature-values.ts';
import type { GrowthBookParent } from './growthbook-file.ts';

/**
 * A condition on the value of another feature. That has few values, so the condition is asked of each of them now, and
 * what remains is which variations fit. No value at all may fit as well; no variation says that, so then it is said of
 * the ones that do not.
 */
export function parentCondition(
  { id, condition }: GrowthBookParent,
  { parent, savedGroups }: { readonly parent: FeatureValues | undefined; readonly savedGroups: JsonRecord },
): Condition {
  const fits = valueTest(convertCondition(condition || {}, savedGroups));
  // A feature that is not there has no value.
  if (parent === undefined) return fits(null) ? EVERYBODY : NOBODY;
  const fitting = parent.variations.filter(({ value }) => fits(value)).map(({ key }) => key);
  if (!fits(null)) return fitting.length === 0 ? NOBODY : { flag: id, variations: fitting };
  const others = parent.variations.map(({ key }) => key).filter((key) => !fitting.includes(key));
  return others.length === 0 ? EVERYBODY : { not: { flag: id, variations: others } };
}

/** Whether the condition holds for `{ value }`, by the rules that evaluate conditions everywhere else. */
function valueTest(condition: Condition): (value: JsonValue) => boolean {
  const rule = { id: 'fits', condition, serve: { kind: 'variation', variation: 'on' } } as const;
  const probe = flagOf('probe', { enabled: true, rules: [rule] }, 1);
  const flaw = findFlagFlaw(probe);
  if (flaw !== undefined) throw new Refusal(`It cannot ask its prerequisite: ${flaw}.`);
  if (segmentsOf(probe).length > 0)
    throw new Refusal('It asks whether the value of its prerequisite is in a saved group.');
  const rules = compile({ revision: 1, flags: [probe], segments: [] });
  return (value) => evaluate(rules, 'probe', { value }).variation === 'on';
}
