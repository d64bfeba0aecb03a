import type { RolloutPlan } from '../rollout/plan.ts';
import type { PlanFlaw, PlanPath } from './plan-flaw.ts';

/**
 * What a plan can say and the controller does not do yet, in one place: a plan that says it is refused, for a field that
 * is accepted and ignored is worse than one that is not there. Whoever teaches the controller a field takes it out of
 * this list and out of the list in `docs/rollouts.md`.
 */
export const NOT_YET_SUPPORTED: readonly {
  readonly name: string;
  /** Where the plan says it. */
  find(plan: RolloutPlan): PlanPath | undefined;
}[] = [ofStage('scope')];

export function findUnsupported(plan: RolloutPlan): PlanFlaw[] {
  return NOT_YET_SUPPORTED.flatMap(({ name, find }) => {
    const path = find(plan);
    if (path === undefined) return [];
    const detail = `The controller does not do ${name} yet, and would ignore it: leave it out.`;
    return [{ code: 'unsupported-plan', path, detail } as const];
  });
}

function ofStage(name: keyof RolloutPlan['stages'][number]) {
  return { name: `${name} of a stage`, find: (plan: RolloutPlan) => findIn('stages', plan.stages, name) };
}

function findIn<Item extends object>(
  list: string,
  items: readonly Item[],
  name: keyof Item & string,
): PlanPath | undefined {
  const index = items.findIndex((item) => item[name] !== undefined);
  return index === -1 ? undefined : [list, index, name];
}
