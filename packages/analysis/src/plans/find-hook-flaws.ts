import type { Hook, RolloutPlan } from '../rollout/plan.ts';
import type { PlanFlaw } from './plan-flaw.ts';

/** Why a hook could never be told: it is there twice, or whatever the place that tells it knows of it. */
export function findHookFlaws(
  { hooks = [] }: RolloutPlan,
  { findHookFlaw }: { findHookFlaw(hook: Hook): string | undefined },
): PlanFlaw[] {
  return hooks.flatMap((hook, index): PlanFlaw[] => {
    const { at, url } = hook;
    const isTwice = hooks.findIndex((other) => other.at === at && other.url === url) < index;
    const twice = `${url} is told at ${at} already: leave one of the two out.`;
    const flaw = findHookFlaw(hook);
    return [
      ...(isTwice ? [{ code: 'invalid-plan', path: ['hooks', index], detail: twice } as const] : []),
      ...(flaw === undefined
        ? []
        : [{ code: 'invalid-plan', path: ['hooks', index, 'secret'], detail: flaw } as const]),
    ];
  });
}
