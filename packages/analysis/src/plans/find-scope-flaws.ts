import { canonicalJson } from '../rollout/canonical-json.ts';
import type { Condition, RolloutPlan, RolloutStage } from '../rollout/plan.ts';
import type { PlanFlaw, PlanPath } from './plan-flaw.ts';

/** What a condition of a plan may not ask, and why. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  bucket: 'A plan says who is meant by what is known of them; how many says treatment. Leave the bucket out.',
  flag: 'A plan does not ask a flag, whose answer could change under it: name attributes or a segment.',
};

/** Why a condition cannot say who is meant, in a scope or a cap. */
export function findAskingFlaws(condition: Condition, path: PlanPath): PlanFlaw[] {
  const leaves = leavesOf(condition);
  const forbidden = Object.entries(FORBIDDEN).filter(([word]) => leaves.some((leaf) => word in leaf));
  return forbidden.map(([, detail]): PlanFlaw => ({ code: 'invalid-plan', path, detail }));
}

/**
 * A scope must not know the positions that decide the arms, or the arms would not be drawn by chance among those that take
 * part; and the treatment that everybody gets in the end has been watched for everybody.
 */
export function findScopeFlaws({ stages }: RolloutPlan): PlanFlaw[] {
  const last = stages.length - 1;
  return stages.flatMap(({ scope }, index): PlanFlaw[] => {
    if (scope === undefined) return [];
    const path: PlanPath = ['stages', index, 'scope'];
    return [
      ...findAskingFlaws(scope, path),
      ...(index === last ? [{ code: 'invalid-stages', path, detail: LAST } as const] : []),
    ];
  });
}

const LAST = 'A success serves everybody, so the last stage is for everybody: leave its scope out, or add a stage.';

/** Whether the stages are for the same people, as far as they are written alike. */
export function haveSameScope(one: Pick<RolloutStage, 'scope'>, other: Pick<RolloutStage, 'scope'>): boolean {
  return canonicalJson(one.scope ?? null) === canonicalJson(other.scope ?? null);
}

/** Whether it can be seen that everybody of the earlier stage is in the later one too: told apart by how they are written. */
export function isWiderScope(later: Condition | undefined, earlier: Condition | undefined): boolean {
  if (later === undefined) return true;
  if (earlier === undefined) return false;
  if (canonicalJson(later) === canonicalJson(earlier)) return true;
  if (childrenOf(later, 'any').some((part) => isWiderScope(part, earlier))) return true;
  if (childrenOf(earlier, 'all').some((part) => isWiderScope(later, part))) return true;
  return isLongerList(later, earlier);
}

/** The same attribute, in more values. */
function isLongerList(later: Condition, earlier: Condition): boolean {
  const { values, ...asked } = later;
  const { values: before, ...askedBefore } = earlier;
  const isList = later['operator'] === 'in' || later['operator'] === 'equals';
  if (!isList || !Array.isArray(values) || !Array.isArray(before)) return false;
  // Both words ask whether the attribute is among the values.
  const isSame = canonicalJson({ ...asked, operator: '' }) === canonicalJson({ ...askedBefore, operator: '' });
  const isAmong = earlier['operator'] === 'in' || earlier['operator'] === 'equals';
  return isSame && isAmong && before.every((value) => values.includes(value));
}

function leavesOf(condition: Condition): readonly Condition[] {
  const children = [
    ...childrenOf(condition, 'all'),
    ...childrenOf(condition, 'any'),
    ...(isCondition(condition['not']) ? [condition['not']] : []),
  ];
  const isTree = 'all' in condition || 'any' in condition || 'not' in condition;
  return isTree ? children.flatMap(leavesOf) : [condition];
}

function childrenOf(condition: Condition, word: 'all' | 'any'): readonly Condition[] {
  const children = condition[word];
  return Array.isArray(children) ? children.filter(isCondition) : [];
}

function isCondition(value: unknown): value is Condition {
  return typeof value === 'object' && value !== null;
}
