import type { RolloutPlan } from '../rollout/plan.ts';
import type { PlanFlaw, PlanPath } from './plan-flaw.ts';

/** A score counts what it names, and everything that it counts exists. */
export function findScoreFlaws({ score, guards }: RolloutPlan): PlanFlaw[] {
  const grouped = guards.flatMap((guard, index) => (guard.group === undefined ? [] : [{ ...guard, index }]));
  if (score === undefined) {
    return grouped.map(({ index, group }) =>
      flaw(
        ['guards', index, 'group'],
        `The plan has no score that counts the group ${group}: add one, or leave it out.`,
      ),
    );
  }
  const names = Object.keys(score.groupWeights);
  const unknown = grouped.filter(({ group = '' }) => !names.includes(group));
  const empty = names.filter((name) => !grouped.some(({ group, mode }) => group === name && mode !== 'observe'));
  return [
    ...unknown.map(({ index, group }) =>
      flaw(
        ['guards', index, 'group'],
        `The score has the groups ${names.join(', ')}, and no ${group}: give it a weight.`,
      ),
    ),
    ...empty.map((name) =>
      flaw(
        ['score', 'groupWeights', name],
        `No guard that decides is in the group ${name}: put one there, or leave it out.`,
      ),
    ),
    ...(names.length === 0 ? [flaw(['score', 'groupWeights'], 'A score counts groups of guards: name one.')] : []),
    ...(score.marginal > score.pass
      ? [flaw(['score', 'marginal'], `What is marginal lies below what passes, ${score.pass}; came ${score.marginal}.`)]
      : []),
  ];
}

function flaw(path: PlanPath, detail: string): PlanFlaw {
  return { code: 'invalid-plan', path, detail };
}
