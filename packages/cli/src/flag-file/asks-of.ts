import type { Condition, Flag } from '@tidegate/evaluation';

/** The variations of another flag that a flag asks for, as prerequisites and in conditions. */
export function asksOf({ prerequisites, rules }: Pick<Flag, 'prerequisites' | 'rules'>, flagKey: string): string[] {
  return [
    ...prerequisites.filter(({ flag }) => flag === flagKey).flatMap(({ variations }) => variations),
    ...rules.flatMap(({ condition }) => asksIn(condition, flagKey)),
  ];
}

function asksIn(condition: Condition, flagKey: string): readonly string[] {
  if ('flag' in condition) return condition.flag === flagKey ? condition.variations : [];
  if ('all' in condition) return condition.all.flatMap((child) => asksIn(child, flagKey));
  if ('any' in condition) return condition.any.flatMap((child) => asksIn(child, flagKey));
  return 'not' in condition ? asksIn(condition.not, flagKey) : [];
}
